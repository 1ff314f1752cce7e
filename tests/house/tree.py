"""The project's own files, found and parsed once, for the tests that hold the house together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("rules", "cms_adapters", "personalization")
PROJECT = (*PRODUCT, "tests", "benchmarks", "docs", "deploy")
FOREIGN = {"migrations", "node_modules", "vendor", "plugin", "__pycache__", ".venv", "var"}
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(folders: tuple[str, ...] = PRODUCT, ending: str = "py") -> tuple[Path, ...]:
    """Return the files below the folders that somebody here wrote by hand, sorted."""
    found = [path for folder in folders for path in (ROOT / folder).rglob(f"*.{ending}")]
    ours = [path for path in found if not FOREIGN & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in ours if path.is_file()))


@cache
def parsed(path: Path) -> ast.Module:
    """Return the file's syntax tree."""
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of the file's syntax tree."""
    return tuple(ast.walk(parsed(path)))


def short(path: Path) -> str:
    """Return the path as it is written in a complaint."""
    return str(path.relative_to(ROOT))


def length(path: Path) -> int:
    """Return how many lines the file has."""
    return len(path.read_text().splitlines())


def functions(path: Path) -> Iterator[Function]:
    """Yield every function and method of the file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return (node for node in nodes(path) if isinstance(node, kinds))


def size(function: Function) -> int:
    """Return the function's lines from ``def`` to its end, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def nesting(function: Function) -> int:
    """Return how deep the function's blocks stand in each other (``elif`` is no step deeper)."""
    return max((_depth(statement) for statement in function.body), default=0)


def _depth(node: ast.AST) -> int:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return 0
    below = [_depth(child) for child in ast.iter_child_nodes(node)]
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        below = [_depth(child) for child in node.body] + [_depth(node.orelse[0]) - 1]
    return max(below, default=0) + isinstance(node, BLOCKS)


def text(*paths: str) -> str:
    """Return the text of some documents together (a missing one is empty)."""
    found = [path for pattern in paths for path in sorted(ROOT.glob(pattern))]
    return "\n".join(path.read_text() for path in found)


def fences(document: str) -> Iterator[tuple[str, str]]:
    """Yield ``(label, code)`` of every fenced block of a Markdown text."""
    for match in re.finditer(r"^```([^\n]*)\n(.*?)^```", document, re.MULTILINE | re.DOTALL):
        yield match[1].strip(), match[2]
