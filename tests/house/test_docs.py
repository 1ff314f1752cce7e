"""What is registered is documented, and what is documented exists and runs."""

import ast
import doctest
import json
import re
import subprocess
import sys

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from personalization.api import hooks, ofrep, rendering, track_paths
from personalization.api.management.urls import router
from personalization.content.registry import shelf as types
from personalization.events import mapping
from personalization.learning.registry import scores
from personalization.segments.drafts import stability_of
from rules import parser, rankings, scenarios
from rules.matrix import document as matrix
from rules.notations.registry import notations
from rules.operators.registry import operators
from rules.scopes import Scope
from rules.windows.registry import kinds
from tests.house import tree

PAGES = sorted([*tree.ROOT.glob("*.md"), *(tree.ROOT / "docs").glob("*.md")])
ALL = "\n".join(page.read_text() for page in PAGES)
OPERATING = tree.text("docs/operating.md")
PROTOCOL = tree.text("docs/protocol.md")
CONVENTIONAL = {"PATH", "DJANGO_SETTINGS_MODULE", "HOME", "USER", "TMPDIR"}
"""Variables that every program knows and that are no setting of ours."""


def test_the_generated_tables_are_up_to_date():
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_registered_part_stands_in_the_tables():
    page = tree.text("docs/operators.md")
    scored = [f"scores.{name}" for name in scores]
    names = [*operators, *kinds, *types, *scored, *notations]
    assert [name for name in names if f"`{name}`" not in page] == []


def _ours():
    folder = tree.ROOT / "personalization" / "management" / "commands"
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


def test_every_command_is_documented():
    assert {name for name in _ours() if f"manage.py {name}" not in OPERATING} == set()


def test_every_documented_command_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", ALL))
    assert named - _ours() - _plugins() - set(get_commands()) == set()


def _plugins():
    """Return the commands that a CMS gets with our plugin."""
    found = (tree.ROOT / "cms_adapters").glob("*/plugin/*/management/commands/*.py")
    return {path.stem for path in found}


def _targets():
    return set(re.findall(r"^([a-z][a-z-]*):", tree.text("Makefile"), re.MULTILINE))


def test_every_make_target_is_documented():
    assert {target for target in _targets() if f"`make {target}`" not in OPERATING} == set()


def test_every_documented_make_target_exists():
    code = [text for page in PAGES for _, text in tree.fences(page.read_text())]
    said = re.findall(r"`make ([a-z-]+)", ALL) + re.findall(
        r"^make ([a-z-]+)", "\n".join(code), re.MULTILINE
    )
    assert set(said) - _targets() == set()


def test_every_dependency_has_its_reason():
    lines = tree.text("requirements.in").splitlines()
    names = [re.split(r"[\[<>=;~ ]", line)[0] for line in lines if line and line[0] not in "-#"]
    table = tree.text("docs/why.md").partition("## What it stands on")[2]
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", table)] == []


def _is_environ(node):
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def _variables(path):
    for node in tree.nodes(path):
        if isinstance(node, ast.Subscript) and _is_environ(node.value):
            yield node.slice
        if (
            not isinstance(node, ast.Call)
            or not isinstance(node.func, ast.Attribute)
            or not node.args
        ):
            continue
        if _is_environ(node.func.value) or node.func.attr == "getenv":
            yield node.args[0]


def _settings():
    found = [key for path in tree.files(("personalization",)) for key in _variables(path)]
    return {key.value for key in found if isinstance(key, ast.Constant)} - CONVENTIONAL


def test_every_setting_is_documented():
    assert {name for name in _settings() if f"`{name}`" not in OPERATING} == set()


def test_every_documented_setting_exists():
    rows = re.findall(r"^\| `([A-Z][A-Z_]+)`", OPERATING, re.MULTILINE)
    assert set(rows) - _settings() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    local = [
        target for target in targets if "://" not in target and not target.startswith("mailto:")
    ]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_pages_named_in_the_code_exist():
    named = {
        name
        for path in tree.files(tree.PROJECT)
        for name in re.findall(r"\bdocs/[a-z_]+\.md", path.read_text())
    }
    assert {name for name in named if not (tree.ROOT / name).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_python_run(page):
    code = "\n".join(text for label, text in tree.fences(page.read_text()) if label == "python")
    example = doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)
    failed, _ = doctest.DocTestRunner(verbose=False).run(example)
    assert failed == 0


READERS = {
    "json": lambda document: document,
    "json segment": lambda document: parser.parse(document, scope=Scope.SEGMENT),
    "json row": lambda document: parser.parse(document, scope=Scope.MATRIX),
    "json measure": parser.parse_measure,
    "json stability": stability_of,
    "json matrix": matrix.parse,
    "json set": rankings.parse,
    "json mapping": mapping.parse,
    "json scenario": scenarios.parse,
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_json_are_read_by_the_parser(page):
    for label, text in tree.fences(page.read_text()):
        if label.startswith("json"):
            READERS[label](json.loads(text))


def _fast():
    """Return the paths before Django, read from the gate without starting it."""
    for node in tree.parsed(tree.ROOT / "personalization" / "asgi.py").body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "FAST":
            return {key.value for key in node.value.keys}
    return set()


def _routes():
    resources = {f"/api/v1/{prefix}/" for prefix, _, _ in router.registry}
    settings = {f"{prefix}{{writeKey}}{track_paths.SETTINGS}" for prefix in track_paths.PROJECTS}
    pages = {rendering.SLOTS, rendering.SEGMENTS, f"{rendering.SLOTS}/{{slot}}{rendering.VARIANTS}"}
    pages.add(f"{hooks.PATH}{{source_id}}")
    flags = {*pages, ofrep.PATH, f"{ofrep.PATH}/{{key}}"}
    return {*_fast(), *flags, *track_paths.POSTS, track_paths.PIXEL, *settings, *resources}


def test_every_endpoint_is_documented():
    said = PROTOCOL.replace("?", "`")
    assert {path for path in _routes() if f"{path}`" not in said} == set()


def _is_served(path):
    try:
        return bool(resolve(path))
    except Resolver404:
        return path in _routes()


def test_every_documented_endpoint_exists():
    said = re.findall(r"`(?:(?:GET|POST|PUT|DELETE) )?(/[a-z.][\w/.{}-]*)[?`]", PROTOCOL)
    roots = {"/api/v1/", "/publish", "/rollback"}
    assert [path for path in said if path not in roots and not _is_served(path)] == []


NAMES = ("farewell.py", "listening.py", "stream.py")
STREAM = [tree.ROOT / "personalization" / "api" / name for name in NAMES]
TYPE = re.compile(r'"type": "([a-z]+)"')


def _messages():
    """Return the types the stream sends, and those it compares what it hears with."""
    for path in STREAM:
        for node in tree.nodes(path):
            if isinstance(node, ast.Dict):
                keys = [getattr(key, "value", None) for key in node.keys]
                yield from (v for k, v in zip(keys, node.values, strict=True) if k == "type")
            if isinstance(node, ast.Compare) and '"type"' in ast.unparse(node).replace("'", '"'):
                yield from node.comparators


def test_the_stream_says_and_hears_what_is_documented():
    spoken = {node.value for node in _messages() if isinstance(node, ast.Constant)}
    live = PROTOCOL.partition("## Live")[2].partition("## Management")[0]
    assert {word for word in spoken if "." not in word} == set(TYPE.findall(live))


def test_every_close_code_is_documented():
    numbers = {
        node.value
        for node in ast.walk(tree.parsed(STREAM[0]))
        if isinstance(node, ast.Constant) and type(node.value) is int and 1000 < node.value < 5000
    }
    said = re.findall(r"^\| (\d{4}) \|", PROTOCOL, re.MULTILINE)
    assert {str(number) for number in numbers} == set(said)


EDGE = ("events/message.py", "events/consent_signals.py", "plant/json.py")


def test_every_reason_of_quarantine_is_documented():
    reasons = {
        node.args[0].value
        for name in EDGE
        for node in tree.nodes(tree.ROOT / "personalization" / name)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"Malformed", "Fault"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {reason for reason in reasons if f"`{reason}`" not in PROTOCOL} == set()
