"""What may not be written anywhere: code from data, patterns of strangers, and unfinished work."""

import ast
import re

import pytest

from tests.house import tree

CALLS = {"eval", "exec", "__import__", "compile", "execfile"}
MODULES = {"pickle", "cPickle", "dill", "shelve", "marshal", "cloudpickle", "joblib", "imp"}
UNFINISHED = {"NotImplementedError", "NotImplemented"}
PROMISES = (r"\bTODO\b", r"\bFIXME\b", r"\bXXX\b", r"\bHACK\b", r"#.*\bfor now\b")
DISCOVERY = {"rules/registry.py", "cms_adapters/registry.py"}
"""A registry finds its own parts by looking at its own folder: a constant, never data."""


def _found(test):
    return [
        f"{tree.short(path)}:{node.lineno}"
        for path in tree.files()
        for node in tree.nodes(path)
        if test(path, node)
    ]


def _imported(node):
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return set()


def test_nothing_turns_text_into_code():
    def turns(_, node):
        return isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS - {"compile"}

    assert _found(turns) == []


def test_the_builtin_compile_is_shadowed_or_unused():
    """Our own ``compile`` turns conditions into closures; Python's turns text into code."""

    def owns(path):
        names = {node.name for node in tree.functions(path)}
        imports = (node for node in tree.nodes(path) if isinstance(node, ast.ImportFrom))
        return names | {alias.asname or alias.name for node in imports for alias in node.names}

    def turns(path, node):
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "compile"
        return called and "compile" not in owns(path)

    assert _found(turns) == []


def test_nothing_is_pickled():
    assert _found(lambda _, node: bool(_imported(node) & MODULES)) == []


def test_modules_are_imported_by_a_registry_only():
    def imports(path, node):
        name = getattr(node, "attr", "") or getattr(node, "id", "") or getattr(node, "name", "")
        return name == "import_module" and tree.short(path) not in DISCOVERY

    assert _found(imports) == []


def test_patterns_of_strangers_never_meet_the_backtracking_engine():
    """Python's ``re`` gets literal patterns only; whatever a user writes runs in RE2."""

    def meets(_, node):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        literal = node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
        quoted = node.func.attr == "escape"
        return of_re and not literal and not quoted

    assert _found(meets) == []


def test_nothing_is_left_for_later():
    assert _found(lambda _, node: getattr(node, "id", "") in UNFINISHED) == []


@pytest.mark.parametrize("promise", PROMISES)
def test_no_comment_promises_anything(promise):
    promising = [
        f"{tree.short(path)}:{number}"
        for path in tree.files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(promise, line)
    ]
    assert promising == []


def test_only_the_clock_asks_for_now():
    """Law 3: everybody else is told the instant (``time.monotonic`` measures, it does not tell)."""
    asking = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"),
              ("date", "today"), ("timezone", "now")}  # fmt: skip

    def asks(path, node):
        if (
            not isinstance(node, ast.Attribute)
            or tree.short(path) == "personalization/plant/clock.py"
        ):
            return False
        owner = node.value
        name = getattr(owner, "id", "") or getattr(owner, "attr", "")
        return (name, node.attr) in asking

    assert _found(asks) == []
