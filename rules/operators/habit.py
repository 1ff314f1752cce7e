"""Habits: what an event's whole history says; the window of the same name answers."""

from __future__ import annotations

from typing import Any

from rules import durations, expect
from rules.facts import Facts, Truth
from rules.operators.described import record_of
from rules.operators.registry import OF_EVENTS, Check, Example, operator
from rules.operators.shapes import DURATION, NONE, Shape

MOST_PERIODS = 400


def _regular(raw: object, at: str) -> tuple[int, int, int]:
    said = expect.record(raw, at, ("periods", "of", "each"))
    of = expect.whole(said["of"], f"{at}/of", 1, MOST_PERIODS)
    periods = expect.whole(said["periods"], f"{at}/periods", 1, of)
    return periods, of, durations.parse(said["each"], f"{at}/each")


def _write_regular(value: object) -> object:
    assert isinstance(value, tuple)
    periods, of, each = value
    return {"periods": periods, "of": of, "each": durations.text(each)}


_COUNT = {"type": "integer", "minimum": 1, "maximum": MOST_PERIODS}
REGULAR = Shape(
    "regular",
    record_of(["periods", "of", "each"], periods=_COUNT, of=_COUNT, each=DURATION.schema),
    _regular,
    _write_regular,
)


def _told() -> Check:
    """Return the check of what a habit's window answers: whether it is so."""

    def check(value: Any, _facts: Facts) -> Truth:
        return value if type(value) is bool else None

    return check


@operator(
    "first_time",
    "for the first time",
    kinds=OF_EVENTS,
    shape=NONE,
    example=Example(None, True, False),
)
def first_time(_operand: None) -> Check:
    """The first event there ever was lies in the span."""
    return _told()


@operator(
    "regularly",
    "regularly",
    kinds=OF_EVENTS,
    shape=REGULAR,
    example=Example({"periods": 3, "of": 4, "each": "7d"}, True, False),
)
def regularly(_operand: tuple[int, int, int]) -> Check:
    """It happened in at least so many of the last periods of this length; the last one ends now."""
    return _told()


@operator(
    "stopped", "no longer for", kinds=OF_EVENTS, shape=DURATION, example=Example("30d", True, False)
)
def stopped(_operand: int) -> Check:
    """It happened in the span, and not within this last time, wherever the span ends."""
    return _told()


@operator(
    "resumed",
    "again after a pause of",
    kinds=OF_EVENTS,
    shape=DURATION,
    example=Example("30d", True, False),
)
def resumed(_operand: int) -> Check:
    """It happened in the span, after a pause at least this long that came after an earlier one."""
    return _told()
