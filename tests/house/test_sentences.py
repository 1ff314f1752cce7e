"""Every module says on top, in one sentence, what it is; the pure folders give an example each."""

import ast
import re

from tests.house import tree

SENTENCE = re.compile(r"[A-Z\"'`0-9/].{8,}[.!)]", re.DOTALL)
PURE = ("rules", "cms_adapters")


def _says(path):
    return (ast.get_docstring(tree.parsed(path)) or "").split("\n\n", 1)[0]


def test_every_module_says_what_it_is():
    silent = [
        tree.short(path)
        for path in tree.files(tree.PROJECT)
        if path.read_text().strip() and not SENTENCE.fullmatch(_says(path))
    ]
    assert silent == []


def test_the_sentence_is_one():
    wordy = [
        tree.short(path)
        for path in tree.files()
        if len(re.findall(r"[.!?](?:\s+[A-Z]|$)", _says(path))) > 1
    ]
    assert wordy == []


def _public(path):
    return [
        node
        for node in tree.parsed(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _is_part(function):
    """A part of a registry carries its words in the decorator, its examples in vectors."""
    return any(isinstance(decorator, ast.Call) for decorator in function.decorator_list)


def test_public_functions_of_the_pure_folders_carry_a_runnable_example():
    bare = [
        f"{tree.short(path)}:{function.lineno} {function.name}"
        for path in tree.files(PURE)
        for function in _public(path)
        if not _is_part(function) and ">>>" not in (ast.get_docstring(function) or "")
    ]
    assert bare == []
