"""What the builder builds comes back the same from every form: each operator and window."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from personalization.flows import composing
from rules import canonical, grammar, outline
from rules.notations import text
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from rules.spans import KEYS
from rules.windows.registry import sayable

ROOT = Path(__file__).resolve().parents[2]
REFUSED = {"span", "measure", "too_deep", "too_large", "too_costly", "unsupported", "order"}
"""What no field can know: that two fields, right alone, do not go together."""


def built(seed: int, trees: int) -> list[Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    asked = json.dumps({"grammar": grammar.grammar(), "seed": seed, "trees": trees}).encode()
    command = [node, "tests/browser/segment.mjs"]
    done = subprocess.run(command, cwd=ROOT, input=asked, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def comes_back(document: Any) -> bool:
    """Assert that a document is the same through every form; False where it is refused by right."""
    if faults := outline.faults(document):
        assert {fault.code for fault in faults} <= REFUSED, (document, faults[0])
        return False
    condition = parse(document, scope=Scope.SEGMENT)
    assert parse(canonical.document(condition), scope=Scope.SEGMENT) == condition
    for room in (None, 40):
        said = text.write(condition, room=room)
        assert text.read(said, scope=Scope.SEGMENT) == condition, said
    told = composing.read("tree", document)
    again = composing.read("text", told["text"])
    assert again == told
    return True


def searched(seeds: range, trees: int) -> None:
    seen: set[tuple[str, str]] = set()
    for seed in seeds:
        for document in built(seed, trees):
            if comes_back(document):
                for _, leaf in outline.leaves(document):
                    measure = leaf.get("measure", "count" if "event" in leaf else "")
                    kind = measure if isinstance(measure, str) else next(iter(measure))
                    seen.add(("operator", str(leaf.get("operator"))))
                    seen |= {("measure", kind), *(("span", key) for key in KEYS if key in leaf)}
    assert {name for kind, name in seen if kind == "operator"} >= set(operators)
    assert {name for kind, name in seen if kind == "measure"} >= set(sayable())
    assert {name for kind, name in seen if kind == "span"} == set(KEYS)


def test_every_operator_measure_and_window_is_built_and_comes_back():
    searched(range(20261121, 20261122), 40)


@pytest.mark.nightly
def test_many_trees_come_back():
    searched(range(1, 60), 400)


def test_an_operator_s_schema_is_told_as_it_stands_in_the_registry():
    told = grammar.grammar()["operators"]
    for name, part in operators.items():
        assert (told[name]["schema"] is None) == (part.shape.name == "none")
        assert told[name]["label"] == part.label
        assert told[name]["of_events"] == part.of_events
