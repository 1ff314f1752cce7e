"""A naive second opinion: every answer worked out from the raw events, tick by tick."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rules import conditions as c
from rules.definitions import Stability
from rules.state import Event
from tests.rules import defined


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
        if test.operator in defined.HABITS:
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
        resets = [event.at for event in events if event.name == span.since_last]
        begun = defined.begun(span, now, resets, [event.at for event in self.events])
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
            if measure.path and measure.kind != "rate" and defined.value(measure, event) is None:
                continue
            found.append(event)
        return found

    def habit(self, name, operand, measure, now, events):
        """Return whether a habit is one."""
        ever = self._counting(replace(measure, span=c.Span()), now, events)
        inside = self._counting(measure, now, events)
        return defined.habit(name, operand, now, *([e.at for e in each] for each in (ever, inside)))

    def measure(self, measure, now, events):
        """Return the value as people write it, seconds for recency."""
        found, per = self._counting(measure, now, events), ()
        if measure.kind == "rate":
            per = self._counting(replace(measure, event=measure.path, where=None), now, events)
        return defined.measure(measure, now, found, per)

    def _where(self, where, event):
        value = event.properties.get(where.attribute.removeprefix("properties."))
        return value is not None and value == where.value

    def _event_test(self, test, now, events):  # noqa: C901, PLR0911 - one case an operator
        if test.operator in defined.HABITS:
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
