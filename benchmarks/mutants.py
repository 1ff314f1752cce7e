"""How many small faults the tests notice: each is put into a copy of the pure code, and searched.

Run it with ``make mutate``, or for some files only: ``python -m benchmarks.mutants
rules/stability.py --most 50``. One fault at a time (a comparison turned, a constant moved, a
condition negated, a result lost) is written into a copy of ``rules/``; a fork runs the fast pure
tests on it. A fault that no test notices is printed with its line.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import copy
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = (
    "rules/compiler.py",
    "rules/stability.py",
    "rules/allocation.py",
    "rules/matrix",
    "rules/matrix/check",
)
TESTS = {
    "rules/compiler.py": ("edges", "compiler", "vectors", "parser"),
    "rules/stability.py": ("stability", "edges"),
    "rules/allocation.py": ("allocation", "edges", "vectors"),
    "rules/matrix/check": (
        *("samples", "boxes", "visitors", "checker_documented", "findings", "checker_edges"),
        *("pieces", "checker_costs", "checker"),
    ),
    "rules/matrix/explanation.py": ("explanation_words", "explanation", "schedule"),
    "rules/matrix/nearest.py": ("nearest", "explanation"),
    "rules/matrix/changes.py": ("nearest", "explanation"),
    "rules/matrix/parts.py": ("parts", "edits"),
    "rules/matrix/document.py": ("documents", "policies"),
    "rules/matrix/outcome.py": ("documents", "policies"),
    "rules/matrix/compiled.py": ("compiled", "policies", "explanation"),
    "rules/matrix/sorting.py": ("sorting", "index", "clauses"),
    "rules/matrix/index.py": ("index", "matrix"),
    "rules/matrix/schedule.py": ("schedule",),
    "rules/matrix/lanes.py": ("index", "matrix"),
    "rules/matrix/splice.py": ("edits",),
    "rules/matrix/widening.py": ("hierarchies",),
    "rules/matrix": ("clauses", "policies", "edits", "explanation", "matrix", "vectors"),
}
"""Which tests are asked, the quickest to notice first; doctests of the file come before all."""
PATIENCE = 60
"""Seconds of the processor, so that a busy machine makes no fault look noticed."""
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}


def faults(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield each fault as its line, what it is, and the whole source with it."""
    tree = ast.parse(source)
    silent = {id(node) for node in _unheard(tree)}
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in silent:
            continue
        for kind in range(len(list(_changes(node)))):
            fresh = copy.deepcopy(tree)
            found = next(n for i, n in enumerate(ast.walk(fresh)) if i == place)
            said, change = list(_changes(found))[kind]
            change()
            yield getattr(node, "lineno", 0), said, ast.unparse(ast.fix_missing_locations(fresh))


def _is_silent(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in ("frozen", "slots", "strict")


def _unheard(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what no run can notice: annotations, assertions (``strict``), how fields are kept."""
    for node in ast.walk(tree):
        told = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.Assert) or _is_silent(node):
            told.append(node)
        for part in filter(None, told):
            yield from ast.walk(part)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:  # noqa: C901 a table
    """Yield the faults one node can have: what it is, and the function that puts it there."""

    def put(name: str, value: object) -> Callable[[], None]:
        return lambda: setattr(node, name, value)

    match node:
        case ast.Compare(ops=[one, *rest]) if type(one) in SWAPS:
            other = SWAPS[type(one)]
            yield f"{type(one).__name__} -> {other.__name__}", put("ops", [other(), *rest])
        case ast.BoolOp(op=one) | ast.BinOp(op=one) | ast.AugAssign(op=one) if type(one) in SWAPS:
            other = SWAPS[type(one)]
            yield f"{type(one).__name__} -> {other.__name__}", put("op", other())
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield "condition negated", put("test", ast.UnaryOp(ast.Not(), test))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not left out", put("operand", ast.UnaryOp(ast.Not(), operand))
        case ast.UnaryOp(op=ast.USub() | ast.Invert()):
            yield "sign left out", put("op", ast.UAdd())
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield "result lost", put("value", ast.Constant(None))
        case ast.Constant(value=bool() as truth):
            yield f"{truth} -> {not truth}", put("value", not truth)
        case ast.Constant(value=int() | float() as number):
            yield f"{number} -> {number + 1}", put("value", number + 1)
        case ast.Constant(value=str() as text) if text and " " not in text and text.isascii():
            yield f"{text!r} altered", put("value", f"XX{text}")
        case ast.Break():
            yield "break -> continue", put("__class__", ast.Continue)
        case ast.Continue():
            yield "continue -> break", put("__class__", ast.Break)
        case ast.Expr(value=ast.Call()):
            yield "call left out", put("value", ast.Constant(None))


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def run(copied: Path, path: str, source: str) -> bool:
    """Tell whether the tests notice this source; one that never ends is noticed too."""
    target = copied / path
    target.write_text(source)
    child = os.fork()
    if child == 0:
        os._exit(_tested(copied, path))
    _, status = os.waitpid(child, 0)
    return status != 0


def _tested(copied: Path, path: str) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os.chdir(copied)
    sys.path[:0] = [str(copied)]
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest

    asked = next(tests for prefix, tests in TESTS.items() if path.startswith(prefix))
    beside = str(Path(path).parent) if path.startswith("rules/matrix/check") else path
    files = [beside, *(f"tests/rules/test_{name}.py" for name in asked)]
    options = ["-x", "-q", "--doctest-modules", "--import-mode=importlib", "-m", "not nightly"]
    return int(pytest.main([*options, "-p", "no:cacheprovider", *files]))


def _copy(to: Path) -> None:
    for folder in ("rules", "tests/rules", "tests/vectors", "docs"):
        shutil.copytree(ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (to / "pytest.ini").write_text("[pytest]\nmarkers = nightly\n")
    compileall.compile_dir(str(to), quiet=2)


def _preload() -> None:
    """Import once, in this process, what every fork would import: all but the code under test."""
    import hypothesis.strategies
    import jsonschema
    import numpy as np
    import pytest
    import re2

    assert all((hypothesis.strategies, jsonschema, np, pytest, re2))
    hypothesis.settings.register_profile("found", database=None, derandomize=True, deadline=None)
    hypothesis.settings.load_profile("found")


def main() -> int:
    """Search the faults of the files named, or of all, and print the ones nobody notices."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", default=FILES)
    parser.add_argument("--most", type=int, help="so many faults of each file, chosen by lot")
    parser.add_argument("--lot", type=int, help="so many faults of all files together, by lot")
    parser.add_argument("--seed", type=int, default=0, help="which lot is drawn")
    said = parser.parse_args()
    _preload()
    folders = [ROOT / name for name in said.files]
    paths = [p for f in folders for p in (sorted(f.glob("*.py")) if f.is_dir() else [f])]
    with tempfile.TemporaryDirectory() as place:
        copied = Path(place)
        _copy(copied)
        names = [str(p.relative_to(ROOT)) for p in paths if p.stat().st_size]
        if said.lot:
            _drawn(copied, names, said.lot, said.seed)
        else:
            for path in names:
                _searched(copied, path, said.most, said.seed)
    return 0


def _drawn(copied: Path, paths: list[str], count: int, seed: int) -> None:
    """Search some faults of many files, of which each is known to pass without one."""
    sources = {path: (copied / path).read_text() for path in paths}
    found = [(path, *fault) for path in paths for fault in faults(sources[path])]
    lot = random.Random(seed).sample(found, min(count, len(found)))
    missed = 0
    for number, (path, line, said, fault) in enumerate(lot, 1):
        noticed = run(copied, path, fault)
        (copied / path).write_text(sources[path])
        missed += not noticed
        if not noticed:
            print(f"  {path}:{line} {said}", flush=True)
        print(f"{number - missed} of {number} noticed, of {len(found)} in all", flush=True)


def _searched(copied: Path, path: str, most: int | None, seed: int) -> None:
    source = (copied / path).read_text()
    began = time.monotonic()
    if run(copied, path, ast.unparse(ast.parse(source))):
        print(f"{path}: the tests fail without any fault", flush=True)
        return
    found = list(faults(source))
    if most is not None and len(found) > most:
        found = sorted(random.Random(seed).sample(found, most))
    missed = 0
    for line, said, fault in found:
        if not run(copied, path, fault):
            missed += 1
            print(f"  {path}:{line} {said}", flush=True)
    (copied / path).write_text(source)
    share = 100 * (len(found) - missed) / len(found)
    took = f"{share:.0f} %, {time.monotonic() - began:.0f} s"
    print(f"{path}: {len(found) - missed} of {len(found)} noticed ({took})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
