"""A leaf of a condition asked of columns: which column, which question, and where it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from rules import compiler
from rules.columns.coded import constant
from rules.columns.column import Ask, Column, Mask, Question
from rules.columns.table import Columns
from rules.compiler import NOW, Keys
from rules.conditions import Condition, EventTest, Member, Same, Sequence, Test
from rules.errors import InvalidError
from rules.facts import Facts
from rules.operators.registry import operators

_PRESENCE = {"is_known": True, "is_unknown": False}


def ask(leaf: Condition, wanted: bool, columns: Columns, keys: Keys) -> Ask:
    """Return where a leaf is true, or false where that is wanted; ``InvalidError`` as compiling it.

    >>> from rules.columns.gathering import column
    >>> columns = Columns(2, {"traits.age": column([17, 18])})
    >>> ask(Test("traits.age", "at_least", 18), True, columns, {})(slice(0, 2)).tolist()
    [False, True]
    """
    compiler.compile(leaf, keys)
    if isinstance(leaf, Test):
        column = _attribute(leaf.attribute, columns)
        return _ask(column, leaf.operator, leaf.value, wanted, columns, leaf.ignore_case)
    if isinstance(leaf, EventTest):
        nothing = compiler.measuring(leaf.measure, keys)(Facts())
        column = columns.windows.get(keys[leaf.measure], constant(nothing, columns.size))
        return _ask(column, leaf.operator, compiler.operand(leaf), wanted, columns)
    return _ask(_told(leaf, columns, keys), "equals", True, wanted, columns)


def _told(leaf: Condition, columns: Columns, keys: Keys) -> Column:
    """Return the column that holds a leaf's truth itself: a membership, or a window's answer."""
    if isinstance(leaf, Member):
        return columns.segments.get(leaf.segment, constant(None, columns.size))
    key = keys.get(cast("Same | Sequence", leaf))
    if key is None:
        raise InvalidError("", "unsupported", f"{type(leaf).__name__} is not run over columns")
    return columns.windows.get(key, constant(False, columns.size))


def _attribute(path: str, columns: Columns) -> Column:
    if path == NOW:
        return constant(columns.now, columns.size)
    return columns.attributes.get(path, constant(None, columns.size))


def _ask(
    column: Column,
    name: str,
    operand: Any,
    wanted: bool,
    columns: Columns,
    ignore_case: bool = False,
) -> Ask:
    if name in _PRESENCE:
        here = _PRESENCE[name] is wanted
        return lambda part: column.known(part) if here else ~column.known(part)
    operator = operators[name]
    check = operator.bind(operand, ignore_case)
    question = Question(operator, operand, check, columns.now, wanted, Facts(now=columns.now))
    others = {path: _attribute(path, columns) for path in operator.reads(operand)}
    return _beside(column, others, question) if others else column.ask(question)


def _beside(column: Column, others: Mapping[str, Column], question: Question) -> Ask:
    """Return the way for operators that look at other attributes: once for each combination."""

    def asked(part: slice) -> Mask:
        sides = [other.distinct(part) for other in (column, *others.values())]
        places = np.zeros(part.stop - part.start, np.intp)
        for values, codes in sides:
            combined = places * len(values) + codes
            _, rows, places = np.unique(combined, return_index=True, return_inverse=True)
        table = np.empty(len(rows), np.bool_)
        for i, row in enumerate(rows.tolist()):
            value, *rest = (values[codes[row]] for values, codes in sides)
            table[i] = question.holds(value, dict(zip(others, rest, strict=True)))
        return table[places]

    return asked
