"""The layers, the rooms' independence and the absence of circles, as import-linter sees them."""

import ast
import subprocess
import sys

import pytest

from tests.house import tree


def test_imports_go_down_and_never_sideways():
    code = "from importlinter.cli import lint_imports_command as go; go(['--no-logo'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_stand_on_top_of_the_file():
    local = [
        f"{tree.short(path)}:{node.lineno}"
        for path in tree.files()
        for function in tree.functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert local == []


def test_no_import_is_for_types_only():
    dodged = [
        tree.short(path)
        for path in tree.files()
        for node in tree.nodes(path)
        if isinstance(node, ast.Name | ast.alias)
        and "TYPE_CHECKING" in (getattr(node, "id", ""), getattr(node, "name", ""))
    ]
    assert dodged == []


def test_packages_say_nothing_but_what_they_are():
    talkative = [
        tree.short(path)
        for path in tree.files()
        if path.name == "__init__.py" and len(tree.parsed(path).body) > 1
    ]
    assert talkative == []


SPECIALISTS = ("re2", "sklearn", "duckdb", "nh3", "cryptography", "prometheus_client", "openpyxl")


def _imported(node):
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in node.names}


@pytest.mark.parametrize("library", SPECIALISTS)
def test_a_specialist_stays_behind_one_file(library):
    users = {
        tree.short(path)
        for path in tree.files()
        for node in tree.parsed(path).body
        if isinstance(node, ast.Import | ast.ImportFrom) and library in _imported(node)
    }
    assert len(users) <= 1, users
