"""How many instants are enough: what is asked of a count decides what must be kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor

from rules import compiler
from rules.conditions import EventTest, Measure
from rules.windows.begun import moves

STEPS = (1, 4, 16, 64, 256, 1_024)
"""Caps come in these sizes only, so that similar conditions share their windows."""


def caps(tests: Iterable[EventTest]) -> dict[Measure, int | None]:
    """Return for each measure how many instants answer all the tests on it; ``None`` for all.

    >>> from rules.conditions import Span
    >>> views = Measure("Product Viewed", span=Span(length=10))
    >>> caps([EventTest(views, "at_least", 1), EventTest(views, "more_than", 3)])[views]
    4
    """
    needs: dict[Measure, list[int | None]] = {}
    for test in tests:
        needs.setdefault(compiler.windowed(test), []).append(_need(test))
    return {measure: _step(wanted) for measure, wanted in needs.items()}


def _need(test: EventTest) -> int | None:
    measure, value = test.measure, test.value
    span = measure.span
    ends = span.length is not None or moves(span)
    plain = measure.kind == "count" and ends and not span.offset
    if not plain:
        return None
    if test.operator in {"between", "not_between"} and isinstance(value, tuple):
        value = value[1]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if test.operator in {"at_least", "less_than"}:
        return ceil(value)
    if test.operator in {"at_most", "more_than", "between", "not_between", "equals", "not_equals"}:
        return floor(value) + 1
    return None


def _step(wanted: list[int | None]) -> int | None:
    known = [need for need in wanted if need is not None]
    if len(known) < len(wanted):
        return None
    return next((step for step in STEPS if step >= max(known)), None)
