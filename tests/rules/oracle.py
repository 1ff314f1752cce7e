"""A naive second opinion: every answer worked out from the raw events, tick by tick."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

from rules import conditions as c
from rules.definitions import Stability
from rules.state import Event

SCALE = 10**6
HABITS = ("first_time", "regularly", "stopped", "resumed")


class Oracle:
    """Knows all events and answers for any instant; shares no code with the fold."""

    def __init__(self, events, segments, day):
        self.events = events
        self.segments = segments
        self.day = day
        self.members = {}

    def story(self, until):
        """Return ``(name, entered, at)`` of every move and the memberships at ``until``."""
        if not self.events:
            return [], {}
        birth = min(event.at for event in self.events)
        names = self._ordered()
        self.truths = {name: [] for name in names}
        self.past = {name: [] for name in names}
        self.members = dict.fromkeys(names, False)
        for now in range(birth, until + 1):
            for name in names:
                self._tick(name, now, birth)
        moves = [(name, entered, at) for name in names for at, entered in self.past[name]]
        return sorted(moves, key=lambda move: (move[2], move[0])), self.members

    def _tick(self, name, now, birth):
        condition, stability = self.segments[name]
        truths = self.truths[name]
        truths.append(self.truth(condition, now, birth))
        want = truths[-1] is True
        if want == self.members[name]:
            return
        patience = stability.enter_after if want else stability.exit_after
        recent = truths[len(truths) - 1 - patience :] if len(truths) > patience else None
        if recent is None or any((truth is True) != want for truth in recent):
            return
        past = self.past[name]
        if not want and stability.min_stay and now - past[-1][0] < stability.min_stay:
            return
        most = stability.max_moves_per_day
        if most is not None and sum(1 for at, _ in past if at > now - self.day) >= most:
            return
        self.members[name] = want
        past.append((now, want))

    def _ordered(self):
        done = []

        def visit(name):
            for other in _names(self.segments[name][0]):
                visit(other)
            if name not in done:
                done.append(name)

        for name in self.segments:
            visit(name)
        return done

    def truth(self, condition, now, birth):  # noqa: C901, PLR0911 - one case a shape
        match condition:
            case c.Everyone():
                return True
            case c.All(parts):
                return _all([self.truth(part, now, birth) for part in parts])
            case c.Any(parts):
                return _not(_all([_not(self.truth(part, now, birth)) for part in parts]))
            case c.Not(part):
                return _not(self.truth(part, now, birth))
            case c.Member(name):
                return self.members[name]
            case c.Test():
                return self._test(condition, now)
            case c.EventTest():
                return self._event_test(condition, now, self.events)
            case c.Same(key, part):
                return self._same(key, part, now)
            case c.HasBeen(part, duration):
                if now - duration < birth:
                    return False
                ticks = range(now - duration, now + 1)
                return all(self.truth(part, tick, birth) is True for tick in ticks)
        raise AssertionError(condition)

    def _test(self, test, now):
        name = test.attribute.removeprefix("traits.")
        told = [e.traits[name] for e in self.events if e.at <= now and name in e.traits]
        if not told or told[-1] is None:
            return None
        value = told[-1]
        if test.operator == "equals":
            return value == test.value
        if test.operator == "within_last":
            return now - test.value < value <= now
        assert test.operator == "older_than"
        return value <= now - test.value

    def _same(self, key, part, now):
        name = key.removeprefix("properties.")
        answers = []
        for value in {e.properties[name] for e in self.events if name in e.properties}:
            own = [e for e in self.events if e.properties.get(name) == value]
            if any(self._binds(test, now, own) for test in _positive(part)):
                answers.append(self._part(part, now, own))
        return _not(_all([_not(answer) for answer in answers]))

    def _binds(self, test, now, own):
        measure = test.measure
        if test.operator in HABITS:
            return self.habit(test.operator, test.value, measure, now, own) is True
        per = measure.kind == "rate" and replace(measure, event=measure.path, where=None)
        return self._counting(measure, now, own) or (per and self._counting(per, now, own))

    def _part(self, part, now, events):
        match part:
            case c.All(parts):
                return _all([self._part(inner, now, events) for inner in parts])
            case c.Any(parts):
                return _not(_all([_not(self._part(inner, now, events)) for inner in parts]))
            case c.Not(inner):
                return _not(self._part(inner, now, events))
        return self._event_test(part, now, events)

    def _counting(self, measure, now, events):  # noqa: C901 - one line a bound
        span = measure.span
        found = []
        begun = self._begun(span, now, events)
        if begun is None:
            return []
        for event in events:
            if event.kind != "track" or event.name != measure.event or event.at > now - span.offset:
                continue
            if span.length is not None and event.at <= now - span.length:
                continue
            if event.at <= begun:
                continue
            if span.since is not None and event.at < span.since:
                continue
            if span.until is not None and event.at >= span.until:
                continue
            if measure.where is not None and not self._where(measure.where, event):
                continue
            if measure.path and measure.kind != "rate" and _value(measure, event) is None:
                continue
            found.append(event)
        return found

    def _begun(self, span, now, events):
        """Return the last instant that is too early for the span, ``None`` where nothing counts."""
        resets = [e.at for e in events if e.name == span.since_last and e.at <= now]
        begun = max(resets, default=-(10**18))
        if span.in_session is None:
            return begun
        beats = sorted(e.at for e in self.events if e.at <= now)
        if not beats or now - beats[-1] >= span.in_session:
            return None
        starts = [b for a, b in pairwise([-(10**18), *beats]) if b - a >= span.in_session]
        return max(begun, starts[-1] - 1)

    def habit(self, name, operand, measure, now, events):
        """Return whether a habit is one, by its definition."""
        ever = [e.at for e in self._counting(replace(measure, span=c.Span()), now, events)]
        inside = [e.at for e in self._counting(measure, now, events)]
        match name:
            case "first_time":
                return bool(ever) and min(ever) in inside
            case "stopped":
                return bool(inside) and max(ever) <= now - operand
            case "resumed":
                pauses = [b for a, b in pairwise(sorted(ever)) if b - a >= operand]
                return any(at in inside for at in pauses)
        periods, of, each = operand
        happened = {(now - at) // each for at in inside}
        return sum(1 for age in happened if age < of) >= periods

    def _where(self, where, event):
        value = event.properties.get(where.attribute.removeprefix("properties."))
        return value is not None and value == where.value

    def _event_test(self, test, now, events):  # noqa: C901, PLR0911 - one case an operator
        if test.operator in HABITS:
            return self.habit(test.operator, test.value, test.measure, now, events)
        value = self.measure(test.measure, now, events)
        if value is None:
            return None
        operand = _number(test.value)
        match test.operator:
            case "at_least":
                return value >= operand
            case "less_than":
                return value < operand
            case "at_most":
                return value <= operand
            case "more_than":
                return value > operand
            case "has_any":
                return any((type(v) is bool, v) in {(False, o) for o in operand} for v in value)
            case "size":
                return len(value) >= operand[0]
            case "within_last" | "older_than":
                return (value > now - operand) is (test.operator == "within_last")
            case "equals":
                return value == operand if _family(value) is _family(operand) else None
        assert test.operator == "between"
        return operand[0] <= value <= operand[1]

    def measure(self, measure, now, events):  # noqa: C901, PLR0911 - one case a kind
        """Return the value as people write it, seconds for recency."""
        found = self._counting(measure, now, events)
        if measure.kind == "count":
            return len(found)
        if measure.kind == "recency":
            return Decimal(now - max(e.at for e in found)) / SCALE if found else None
        if measure.kind in {"first_at", "last_at"}:
            pick = min if measure.kind == "first_at" else max
            return pick((e.at for e in found), default=None)
        if measure.kind == "rate":
            per = replace(measure, event=measure.path, kind="count", path=None, where=None)
            by = len(self._counting(per, now, events))
            return _rounded(Decimal(len(found)) / by) if by else None
        if measure.kind == "decayed":
            return _faded(measure, found, now)
        values = [_value(measure, event) for event in found]
        if measure.kind == "sum":
            return sum(values, Decimal(0))
        if measure.kind == "distinct":
            return len({(isinstance(value, bool), value) for value in values})
        if measure.kind == "last_values":
            ordered = sorted(found, key=lambda e: (e.at, e.tie))[-measure.setting :]
            return tuple(_value(measure, event) for event in ordered)
        if not values:
            return None
        if measure.kind == "avg":
            return _rounded(sum(values, Decimal(0)) / len(values))
        if measure.kind == "most_frequent":
            named = [(isinstance(v, bool), isinstance(v, str), v) for v in values]
            last = {
                n: max(e.at for e, m in zip(found, named, strict=True) if m == n) for n in named
            }
            return min(last, key=lambda n: (-named.count(n), -last[n], n))[2]
        ordered = [_value(measure, e) for e in sorted(found, key=lambda e: (e.at, e.tie))]
        picks = {"min": min, "max": max, "first": lambda v: v[0], "last": lambda v: v[-1]}
        return picks[measure.kind](values if measure.kind in {"min", "max"} else ordered)


def _rounded(value):
    return value.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _faded(measure, found, now):
    """Return the score as docs/conditions.md works it out, in decimals."""
    half, fine = measure.setting, Decimal("0.000000001")

    def power(part):
        with localcontext(prec=60):
            return (Decimal(2) ** (Decimal(part) / half)).quantize(fine, ROUND_HALF_UP)

    total = Decimal(0)
    with localcontext(prec=60):
        for event in found:
            age = now // half - event.at // half
            worth = Decimal(1) if measure.path is None else _value(measure, event)
            if age <= 32:
                total += worth * power(event.at % half) / 2**age
        return _rounded(total * power(-(now % half)))


def _value(measure, event):
    value = event.properties.get((measure.path or "").removeprefix("properties."))
    if measure.kind in {"distinct", "first", "last", "most_frequent", "last_values"}:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(repr(value))


def _number(operand):
    if isinstance(operand, tuple):
        return tuple(map(_number, operand))
    return Decimal(repr(operand)) if type(operand) in {int, float} else operand


def _family(value):
    return type(value) if isinstance(value, bool | str) else float


def _all(truths):
    if False in truths:
        return False
    return None if None in truths else True


def _not(truth):
    return None if truth is None else not truth


def _names(condition):
    match condition:
        case c.Member(name):
            return [name]
        case c.All(parts) | c.Any(parts):
            return [name for part in parts for name in _names(part)]
        case c.Not(part) | c.HasBeen(part, _):
            return _names(part)
    return []


def _positive(part, positive=True):
    match part:
        case c.All(parts) | c.Any(parts):
            return [test for inner in parts for test in _positive(inner, positive)]
        case c.Not(inner):
            return _positive(inner, not positive)
    return [part] if positive else []


def track(at, tie, name, **properties):
    """Return a track event."""
    return Event(at, tie, "track", name, properties, {}, {})


def identify(at, tie, **traits):
    """Return an identify event."""
    return Event(at, tie, "identify", "", {}, {}, traits)


STABLE = Stability()
