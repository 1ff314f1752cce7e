"""Measures and habits by their definition, from the events that count: nothing is kept."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

from rules.conditions import Measure
from tests.rules.happened import passes

SCALE = 10**6
HABITS = ("first_time", "regularly", "stopped", "resumed")
SAID = ("distinct", "first", "last", "most_frequent", "last_values")
LONG_AGO = -(10**18)


def begun(span, now, resets, beats):
    """Return the last instant that is too early for a span, ``None`` where nothing counts."""
    begin = max((at for at in resets if at <= now), default=LONG_AGO)
    if span.in_session is None:
        return begin
    done = sorted(at for at in beats if at <= now)
    if not done or now - done[-1] >= span.in_session:
        return None
    starts = [b for a, b in pairwise([LONG_AGO, *done]) if b - a >= span.in_session]
    return max(begin, starts[-1] - 1)


def within(asked, now, found, events, beats):
    """Return which of the events a span counts; ``beats`` are the instants of anything done."""
    span, known = asked.span, asked.path and asked.kind != "rate"
    last = Measure(span.since_last, span.since_where)
    begin = begun(span, now, [e.at for e in events if span.since_last and passes(last, e)], beats)
    if begin is None:
        return []
    low = max(begin, LONG_AGO if span.length is None else now - span.length)
    low = max(low, LONG_AGO if span.since is None else span.since - 1)
    high = min(now - span.offset, now if span.until is None else span.until - 1)
    found = [event for event in found if low < event.at <= high]
    return [event for event in found if not known or value(asked, event) is not None]


def habit(name, operand, now, ever, inside):
    """Return whether a habit is one, of the instants ever and of those in the span."""
    match name:
        case "first_time":
            return bool(ever) and min(ever) in inside
        case "stopped":
            return bool(inside) and max(ever) <= now - operand
        case "resumed":
            return any(b in inside for a, b in pairwise(sorted(ever)) if b - a >= operand)
    periods, of, each = operand
    return sum(1 for age in {(now - at) // each for at in inside} if age < of) >= periods


def measure(asked, now, found, per):
    """Return the value as people write it, seconds for recency; ``per`` are what a rate is by."""
    found = sorted(found, key=lambda event: (event.at, event.tie))
    instants = [event.at for event in found]
    values = [value(asked, event) for event in found]
    answer, unknown = ANSWERS[asked.kind]
    if unknown and not found:
        return None
    return answer(values=values, instants=instants, now=now, asked=asked, per=len(per))


def rounded(number):
    """Return a number to six decimals."""
    return number.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _faded(values, instants, now, asked, **_):
    """Return the score as docs/conditions.md works it out, in decimals."""
    half, fine = asked.setting, Decimal("0.000000001")

    def power(part):
        return (Decimal(2) ** (Decimal(part) / half)).quantize(fine, ROUND_HALF_UP)

    with localcontext(prec=60):
        total = Decimal(0)
        for at, worth in zip(instants, values, strict=True):
            age = now // half - at // half
            if age <= 32:
                total += (1 if asked.path is None else worth) * power(at % half) / 2**age
        return rounded(total * power(-(now % half)))


def _frequent(values, instants, **_):
    named = [(isinstance(v, bool), isinstance(v, str), v) for v in values]
    last = dict(zip(named, instants, strict=True))
    return min(last, key=lambda name: (-named.count(name), -last[name], name))[2]


def value(asked, event):
    """Return what a measure takes of an event."""
    found = event.properties.get((asked.path or "").removeprefix("properties."))
    if asked.kind in SAID:
        return found
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return Decimal(repr(found))


def followed(sequence, now, events):
    """Tell whether some choice of events makes a sequence true: every choice is tried."""
    span, now = sequence.span, now - sequence.span.offset
    active = sorted({event.at for event in events if event.at <= now})
    ends, bans = {None}, []
    for step in sequence.steps:
        own = [e.at for e in events if e.at <= now and passes(step.measure, e)]
        length, times = step.measure.span.length, step.times
        if step.absent:
            bans.append((own, times, length))
            continue
        dated = [a for a in own if (span.since or a) <= a < (span.until or a + 1)]
        runs = [(dated[i], last) for j, last in enumerate(dated) for i in range(j - times + 2)]
        if sequence.strict:
            met = {run: [a for a in active if run[0] <= a <= run[1]] for run in runs}
            runs = [run for run in runs if len(met[run]) <= times and set(met[run]) <= set(own)]
        ends = {
            (last, first if end is None else end[1])
            for end in ends
            for first, last in runs
            if length is None or last - (first if end is None else end[0]) < length
            if end is None or (end[0] < first and kept(bans, end[0], first, last))
            if end is None or not sequence.strict or not any(end[0] < a < first for a in active)
        }
        bans = []
    low = now + span.offset - (span.length or now + 2**63)
    return any(start > low and kept(bans, at, now, now + 1) for at, start in ends)


def kept(bans, at, first, until):
    """Tell whether nothing banned came after an instant, and whether what is waited for is over."""
    waits = all(length is None or at + length <= first for _, _, length in bans)
    ends = [(own, times, at + length if length else until) for own, times, length in bans]
    return waits and all(sum(at < x < end for x in own) < times for own, times, end in ends)


def exact(number):
    """Return a number, or a pair, in millionths; anything else as it is."""
    if isinstance(number, tuple):
        return tuple(map(exact, number))
    plain = type(number) in {int, float, Decimal}
    return int(Decimal(str(number)) * SCALE) if plain else number


ANSWERS = {
    "count": (lambda values, **_: len(values), False),
    "sum": (lambda values, **_: sum(values, Decimal(0)), False),
    "avg": (lambda values, **_: rounded(sum(values, Decimal(0)) / len(values)), True),
    "min": (lambda values, **_: min(values), True),
    "max": (lambda values, **_: max(values), True),
    "distinct": (lambda values, **_: len({(isinstance(v, bool), v) for v in values}), False),
    "first": (lambda values, **_: values[0], True),
    "last": (lambda values, **_: values[-1], True),
    "last_values": (lambda values, asked, **_: tuple(values[-asked.setting :]), False),
    "most_frequent": (_frequent, True),
    "first_at": (lambda instants, **_: instants[0], True),
    "last_at": (lambda instants, **_: instants[-1], True),
    "recency": (lambda instants, now, **_: Decimal(now - instants[-1]) / SCALE, True),
    "rate": (lambda values, per, **_: rounded(Decimal(len(values)) / per) if per else None, False),
    "decayed": (_faded, False),
}
"""How each kind answers, and whether it is unknown of nothing."""
