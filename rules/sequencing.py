"""A sequence becomes the course its window follows, and the feeds that tell it of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules import compiler
from rules.conditions import Measure, Sequence, Span, Step
from rules.errors import InvalidError
from rules.feeds import ANY, Feed, every
from rules.state import Event
from rules.windows.course import Ban, Course, Stage
from rules.windows.distinct import token
from rules.windows.groups import Leaf, Plan
from rules.windows.sequence import Sequence as SequenceWindow
from rules.windows.window import Window

MOST_STRICT = 100
"""So often a step of a strict sequence may be asked for."""
EVER = Span()
ONLY = "0"
"""The name of the one leaf of a sequence that has a key."""


def check(sequence: Sequence, at: str = "") -> None:
    """Raise ``InvalidError`` for a sequence that says nothing, or could never be true.

    It begins with a step that happens. The first step's ``within`` is measured from its own first
    event, so it asks for several. A step must have time left after the waits before it, and the
    whole span must be longer than all waits.

    >>> check(Sequence((Step(Measure("Signed Up")), Step(Measure("Paid"), absent=True))))
    """
    steps = sequence.steps
    if steps[0].absent:
        raise InvalidError(f"{at}/sequence/0", "unbound", "expected an event that happens, first")
    if steps[0].measure.span.length is not None and steps[0].times == 1:
        message = "expected a step before, to measure from; the whole sequence has a within too"
        raise InvalidError(f"{at}/sequence/0/within", "unbound", message)
    waits = _wait(steps, len(steps))
    for i, step in enumerate(steps):
        wait = 0 if step.absent else _wait(steps, i)
        length = step.measure.span.length
        if wait and length is not None and length <= wait:
            message = "expected longer than what must not happen before it is waited for"
            raise InvalidError(f"{at}/sequence/{i}/within", "order", message)
        if sequence.strict and step.times > MOST_STRICT:
            message = f"expected at most {MOST_STRICT} times in a strict sequence"
            raise InvalidError(f"{at}/sequence/{i}", "too_costly", message)
        waits += wait
    span = sequence.span
    if span.length is not None and span.length - span.offset <= waits:
        message = "expected a span longer than all that is waited for in it"
        raise InvalidError(f"{at}/{'between' if span.offset else 'within'}", "order", message)


def _wait(steps: tuple[Step, ...], number: int) -> int:
    """Return how long is waited, after the step that happened last, before a step can happen."""
    longest = 0
    for step in reversed(steps[:number]):
        if not step.absent:
            break
        longest = max(longest, step.measure.span.length or 0)
    return longest


def course(sequence: Sequence) -> Course:
    """Return the course of a sequence, its key apart; ``InvalidError`` for one that cannot run.

    >>> course(Sequence((Step(Measure("Signed Up")), Step(Measure("Paid"))))).needs
    (1, 1)
    """
    check(sequence)
    span = sequence.span
    if span.in_session is not None or span.since_last is not None:
        message = "in_session and an event to begin at are not run over sequences by this version"
        raise InvalidError("", "unsupported", message)
    numbers = {measure: number for number, measure in enumerate(_measures(sequence))}
    needs = [1] * len(numbers)
    for step in sequence.steps:
        number = numbers[_event(step)]
        needs[number] = max(needs[number], step.times)
    length = None if span.length is None else span.length - span.offset
    bounds = (length, span.offset, span.since, span.until, sequence.strict)
    return Course(tuple(_stages(sequence.steps, numbers)), tuple(needs), *bounds)


def _event(step: Step) -> Measure:
    return replace(step.measure, span=EVER)


def _measures(sequence: Sequence) -> tuple[Measure, ...]:
    return tuple(dict.fromkeys(map(_event, sequence.steps)))


def _stages(steps: tuple[Step, ...], numbers: Mapping[Measure, int]) -> Iterator[Stage]:
    found: Stage | None = None
    for step in steps:
        number, length = numbers[_event(step)], step.measure.span.length
        if not step.absent:
            if found is not None:
                yield found
            found = Stage(number, step.times, length)
            continue
        assert found is not None
        ban = Ban(number, step.times, length)
        if length is None:
            found = found._replace(bans=(*found.bans, ban))
        else:
            found = found._replace(waits=(*found.waits, ban))
    if found is not None:
        yield found


def plan(sequence: Sequence) -> Plan:
    """Return the plan of a sequence with a key: one course for each value of it.

    >>> plan(Sequence((Step(Measure("Viewed")),), key="properties.sku")).length is None
    True
    """
    followed = course(sequence)

    def truth(windows: Mapping[str, Window], now: int) -> bool | None:
        window = windows[ONLY]
        assert isinstance(window, SequenceWindow)
        return window.read(now)

    def turn(windows: Mapping[str, Window], now: int) -> int | None:
        return windows[ONLY].next_change(now)

    leaf = Leaf(_event(sequence.steps[0]), None, binds=True, course=followed)
    length = sequence.span.length
    return Plan({ONLY: leaf}, truth, turn, length, fading=True, lasting=followed.lasting)


def feeds(key: str, sequence: Sequence) -> tuple[tuple[str, Feed], ...]:
    """Return the feeds of a sequence's window, each with the name of the event it hears.

    >>> [name for name, _ in feeds("k", Sequence((Step(Measure("Signed Up")),)))]
    ['Signed Up']
    """
    found = [
        (measure.event, _heard(key, measure, number, sequence.key))
        for number, measure in enumerate(_measures(sequence))
    ]
    if sequence.strict:
        found.append((ANY, _heard(key, None, -1, sequence.key)))
    return tuple(found)


def _heard(key: str, measure: Measure | None, kind: int, path: str | None) -> Feed:
    """Return the feed of one kind of event, of any event where there is no measure.

    With a path it is kept for each value of that key apart.
    """
    asked = None if measure is None else measure.where
    where = None if asked is None else compiler.compile(asked, {})
    if path is None:
        return Feed(key, where, lambda _event: kind, many=False)
    read = every(path)

    def take(event: Event) -> object:
        texts = {token(one): None for one in read(event)}
        texts.pop(None, None)
        return [(ONLY, text, kind) for text in texts]

    return Feed(key, where, take, many=True)
