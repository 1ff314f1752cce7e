"""Habits: what an event's whole history says; read by this version, not run by it."""

from __future__ import annotations

from typing import NoReturn

from rules import durations, expect
from rules.durations import DAY
from rules.errors import InvalidError
from rules.operators.described import record_of
from rules.operators.registry import OF_EVENTS, Example, operator
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


def _unsupported(name: str) -> NoReturn:
    raise InvalidError("", "unsupported", f"{name} is not run by this version")


@operator(
    "first_time", "for the first time", kinds=OF_EVENTS, shape=NONE, example=Example(None, 0, 0)
)
def first_time(_operand: None) -> NoReturn:
    """The first event there ever was lies in the span."""
    _unsupported("first_time")


@operator(
    "regularly",
    "regularly",
    kinds=OF_EVENTS,
    shape=REGULAR,
    example=Example({"periods": 3, "of": 4, "each": "7d"}, 0, 0),
)
def regularly(_operand: tuple[int, int, int]) -> NoReturn:
    """It happened in so many of the last periods of this length."""
    _unsupported("regularly")


@operator(
    "stopped", "no longer for", kinds=OF_EVENTS, shape=DURATION, example=Example("30d", 0, DAY)
)
def stopped(_operand: int) -> NoReturn:
    """It happened in the span, and not within this last time."""
    _unsupported("stopped")


@operator(
    "resumed",
    "again after a pause of",
    kinds=OF_EVENTS,
    shape=DURATION,
    example=Example("30d", 0, DAY),
)
def resumed(_operand: int) -> NoReturn:
    """It happened in the span, after a pause at least this long that came after an earlier one."""
    _unsupported("resumed")
