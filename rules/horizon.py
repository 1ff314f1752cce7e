"""When a condition may next turn without an event: the instant a timer is set to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from math import ceil, floor
from typing import Any

from rules import compiler
from rules.compiler import Keys
from rules.conditions import Condition, EventTest, Same, Sequence, Span, Test
from rules.facts import Facts
from rules.operators.registry import Check, operators
from rules.weighted import KEY
from rules.windows.begun import moves
from rules.windows.registry import kinds
from rules.windows.total import Total

Turn = Callable[[Facts], int | None]
"""From facts at an instant to the next later one at which the answer may differ."""

FARTHEST = 64
"""After so many changes without a turn the walk stops and asks to be called again there."""

_FLOORS: Mapping[str, Callable[[float], int]] = {
    "at_least": ceil,
    "less_than": ceil,
    "at_most": lambda value: floor(value) + 1,
    "more_than": lambda value: floor(value) + 1,
}
"""The smallest whole number on the other side of an operator's border."""
_FALLING = frozenset(("count", "distinct", "sum"))


def compile(condition: Condition, keys: Keys) -> Turn:  # noqa: A001 the word of the field
    """Return the function that tells the next instant at which the condition may turn.

    It is the earliest turn of any leaf: never later than the condition's own, ``None`` when no
    leaf can turn without an event. Instants are microseconds UTC, strictly after ``facts.now``.
    ``keys`` are those given to ``compiler.compile``.

    >>> turn = compile(Test("traits.born", "within_last", 10), {})
    >>> turn(Facts({"traits.born": 5}, now=7)), turn(Facts({"traits.born": 5}, now=15))
    (15, None)
    """
    found = [_turn(leaf, keys) for leaf in compiler.leaves(condition)]
    turns = tuple(turn for turn in found if turn is not None)
    if not turns:
        return lambda _facts: None
    if len(turns) == 1:
        return turns[0]

    def earliest(facts: Facts) -> int | None:
        first = None
        for turn in turns:
            due = turn(facts)
            if due is not None and (first is None or due < first):
                first = due
        return first

    return earliest


def _turn(leaf: Condition, keys: Keys) -> Turn | None:
    if isinstance(leaf, EventTest):
        return _event_test(leaf, keys[compiler.windowed(leaf)])
    if isinstance(leaf, Same | Sequence):
        return _told(keys[leaf])
    return _test(leaf) if isinstance(leaf, Test) else None


def _told(key: str) -> Turn:
    def turn(facts: Facts) -> int | None:
        window = facts.windows.get(key)
        return None if window is None else window.next_change(facts.now)

    return turn


def _test(test: Test) -> Turn | None:
    part = operators[test.operator]
    if not part.turns(test.value, 0, 0):
        return None
    read = compiler.reading(test.attribute)
    check = part.bind(test.value, test.ignore_case)

    def turn(facts: Facts) -> int | None:
        value = read(facts)
        if type(value) is not int:
            return None
        return _first_turn(check, value, facts, part.turns(test.value, value, facts.now))

    return turn


def _first_turn(check: Check, value: object, facts: Facts, instants: Any) -> int | None:
    """Return the first later instant at which the check of an unchanged value differs."""
    truth = check(value, facts)
    for instant in sorted(instants):
        if instant > facts.now and check(value, _at(facts, instant)) is not truth:
            return int(instant)
    return None


def _at(facts: Facts, instant: int) -> Facts:
    return Facts(facts.attributes, facts.segments, facts.windows, instant)


def _event_test(test: EventTest, key: str) -> Turn | None:
    measure, span = test.measure, test.measure.span
    if kinds[measure.kind].drifts:
        return _drifting(test, key)
    part = operators[test.operator]
    if not (part.of_events or part.turns(test.value, 0, 0) or _passes(span) or measure.kind == KEY):
        return None
    walk = _walk(test, key)
    plain = span.length is not None and not span.offset and not moves(span)
    if not plain or test.operator not in _FLOORS or measure.kind not in _FALLING:
        return walk
    number: Any = compiler.operand(test)
    border = _FLOORS[test.operator](number)
    assert measure.span.length is not None
    if measure.kind != "sum":
        return _count(key, border, measure.span.length, walk)
    return _sum(key, border, measure.span.length, walk)


def _passes(span: Span) -> bool:
    """Say whether time alone changes what lies in a span."""
    return span.length is not None or span.offset > 0 or moves(span)


def _count(key: str, border: int, length: int, walk: Turn) -> Turn:
    """A count only falls: it turns when the oldest of its newest ``border`` instants is over."""
    if border < 1:
        return lambda _facts: None

    def turn(facts: Facts) -> int | None:
        window: Any = facts.windows.get(key)
        if window is None:
            return None
        if window.lost is not None:
            return walk(facts)
        instants = window.instants
        if len(instants) < border:
            return None
        over: int = instants[-border] + length
        return over if over > facts.now else None

    return turn


def _sum(key: str, border: int, length: int, walk: Turn) -> Turn:
    """A sum of values none of which is negative only falls: its turn is found by bisection."""

    def turn(facts: Facts) -> int | None:
        window = facts.windows.get(key)
        if window is None:
            return None
        assert isinstance(window, Total)
        if window.lost is not None or window.sinks:
            return walk(facts)
        sums, now = window.sums, facts.now
        if not sums:
            return None
        index = bisect_right(sums, sums[-1] - border)
        over = window.instants[index] + length if index < len(sums) else None
        return over if over is not None and over > now and window.read(now) >= border else None

    return turn


def _walk(test: EventTest, key: str) -> Turn:
    """Walk the window's own changes until the operator answers differently."""
    part = operators[test.operator]
    operand = compiler.operand(test)
    check = part.bind(operand)
    moving = bool(part.turns(operand, 0, 0))

    def turn(facts: Facts) -> int | None:
        window = facts.windows.get(key)
        if window is None:
            return None
        value = window.read(facts.now)
        truth = _judge(check, value, facts, part.total)
        own = part.turns(operand, value, facts.now) if moving and type(value) is int else ()
        first = _first_turn(check, value, facts, own) if own else None
        for steps, (instant, fresh) in enumerate(window.changes(facts.now), 1):
            if first is not None and first <= instant:
                break
            if steps >= FARTHEST or moving:
                return instant
            if _judge(check, fresh, facts, part.total) is not truth:
                return instant
        return first

    return turn


def _judge(check: Check, value: object, facts: Facts, total: bool) -> bool | None:
    return check(value, facts) if value is not None or total else None


def _drifting(test: EventTest, key: str) -> Turn:
    """Between two jumps the value moves with the clock: it turns at a border of the operand."""
    part = operators[test.operator]
    operand = compiler.operand(test)
    check = part.bind(operand)
    found = operand if isinstance(operand, tuple) else (operand,)
    borders = tuple(sorted({int(border) for border in found if isinstance(border, int)}))

    def turn(facts: Facts) -> int | None:
        window: Any = facts.windows.get(key)
        if window is None:
            return None
        now = facts.now
        truth = _judge(check, window.read(now), facts, part.total)
        for steps, (instant, value) in enumerate(window.passes(now, borders), 1):
            if steps >= FARTHEST:
                return int(instant)
            if _judge(check, value, facts, part.total) is not truth:
                return int(instant)
        return None

    return turn
