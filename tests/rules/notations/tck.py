"""The test cases of the DMN TCK as values: what goes in, which decision, what is expected."""

from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

SUITE = Path(__file__).resolve().parents[3].parent / "shared" / "suites" / "dmn"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


class Case(NamedTuple):
    """One expectation of one test case."""

    label: str
    model: Path
    inputs: dict
    decision: str
    expected: object


def cases(folder=SUITE):
    """Return every expectation of every test file below the folder."""
    files = sorted(folder.rglob("*test*.xml"))
    return [case for file in files for case in _of(file)]


def _of(file):
    root = ET.parse(file).getroot()
    model = file.parent / _child(root, "modelName").text.strip()
    for case in _all(root, "testCase"):
        inputs = {node.get("name"): value(node) for node in _all(case, "inputNode")}
        for node in _all(case, "resultNode"):
            label = f"{file.parent.name}:{case.get('id')}:{node.get('name')}"
            yield Case(label, model, inputs, node.get("name"), value(_child(node, "expected")))


def value(node):
    """Return what a node says, as plain Python."""
    parts = _all(node, "component")
    if parts:
        return {part.get("name"): value(part) for part in parts}
    listed = _child(node, "list")
    if listed is not None:
        return [value(item) for item in _all(listed, "item")]
    said = _child(node, "value")
    if said is None or said.get(NIL) == "true":
        return None
    text, kind = said.text or "", (said.get(TYPE) or "").rpartition(":")[2]
    if kind in ("decimal", "double", "integer"):
        number = float(text)
        return int(number) if number.is_integer() else number
    return text == "true" if kind == "boolean" else text


def _name(node):
    return node.tag.rpartition("}")[2]


def _all(node, name):
    return [child for child in node if _name(child) == name]


def _child(node, name):
    return next(iter(_all(node, name)), None)
