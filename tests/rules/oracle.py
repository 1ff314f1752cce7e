"""A second opinion by definition: every answer worked out from all raw events, nothing kept."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from decimal import Decimal

from rules import conditions as c
from rules.durations import DAY
from rules.facts import Facts
from tests.rules import defined, naive
from tests.rules.happened import apart, identify, passes, track

__all__ = ["Oracle", "identify", "track"]
RANK = {False: 0, None: 1, True: 2}.__getitem__


class Oracle:
    """All events of one profile, and its segments by name; shares no code with the fold."""

    def __init__(self, events, segments, day=DAY):
        self.events = sorted((e for e in events if e.kind != "derived"), key=lambda e: e[:2])
        self.segments, self.day, self.past = segments, day, {name: [] for name in segments}
        self.instants, self.known, self.groups = [], {}, {}
        self.names = list(dict.fromkeys(n for name in segments for n in needed(name, segments)))

    def story(self, until, instants=None):
        """Return ``(name, entered, at)`` of every move, and who is a member at ``until``.

        It looks at every instant, or at those given: then nothing may change at any other.
        """
        if not self.events:
            return [], {}
        for now in range(self.events[0].at, until + 1) if instants is None else instants:
            self.look(now)
        moves = [(name, entered, at) for name, past in self.past.items() for at, entered in past]
        members = {name: self.member(name, until) for name in self.segments}
        return sorted(moves, key=lambda move: (move[2], move[0])), members

    def look(self, now):
        """Let every segment settle at an instant, those that others name first."""
        self.instants.append(now)
        for name in self.names:
            condition, stability = self.segments[name]
            past, want = self.past[name], self.truth(condition, now) is True
            today = [at for at, _ in past if at > now - self.day]
            most = stability.max_moves_per_day
            if want is self.member(name, now) or (most is not None and len(today) >= most):
                continue
            stays = not want and now - past[-1][0] < stability.min_stay
            length = stability.enter_after if want else stability.exit_after
            if not stays and all((t is True) is want for t in self.during(condition, now, length)):
                past.append((now, want))

    def member(self, name, now):
        return next((entered for at, entered in reversed(self.past[name]) if at <= now), False)

    def during(self, condition, now, length):
        """Return the answers from ``now - length`` to ``now``; before the first event: false."""
        low = now - length
        first = [False] if low < self.events[0].at else [self.truth(condition, low)]
        later = self.instants[bisect_right(self.instants, low) :]
        return first + [self.truth(condition, at) for at in later if at <= now]

    def truth(self, condition, now):
        if (id(condition), now) not in self.known:
            self.known[id(condition), now] = self.answer(condition, now, self.events)
        return self.known[id(condition), now]

    def answer(self, condition, now, events):  # noqa: C901, PLR0911 one case a shape
        match condition:
            case c.All(parts):
                return min((self.answer(part, now, events) for part in parts), key=RANK)
            case c.Any(parts):
                return max((self.answer(part, now, events) for part in parts), key=RANK)
            case c.Not(part):
                return {True: False, False: True, None: None}[self.answer(part, now, events)]
            case c.Member(name):
                return self.member(name, now)
            case c.HasBeen(part, length):
                return min(self.during(part, now, length), key=RANK)
            case c.Test(path):
                told = [e.traits for e in events if e.at <= now and path[7:] in e.traits]
                facts = Facts({path: told[-1][path[7:]] if told else None}, now=now)
                return naive.leaf(condition, facts)
            case c.Same(key, part):
                bound = (own for own in self.apart(key) if self.binds(part, now, own))
                return max((self.answer(part, now, own) for own in bound), key=RANK, default=False)
            case c.Sequence(key=None):
                return defined.followed(condition, now, events)
            case c.Sequence(key=key):
                return any(defined.followed(condition, now, own) for own in self.apart(key))
            case c.EventTest():
                return self.asked(condition, now, events)
        return True

    def apart(self, key):
        """Return the events of each value of a key."""
        if key not in self.groups:
            self.groups[key] = apart(self.events, key)
        return self.groups[key]

    def binds(self, part, now, own, positive=True):
        """Tell whether an event counts that some leaf which is not negated asks for."""
        if isinstance(part, c.Not):
            return self.binds(part.part, now, own, not positive)
        if not isinstance(part, c.EventTest):
            return any(self.binds(inner, now, own, positive) for inner in part.parts)
        if part.operator in defined.HABITS:
            return positive and self.asked(part, now, own) is True
        return positive and any(self.counting(part.measure, now, own))

    def asked(self, test, now, events):
        """Answer an operator on a measure, or a habit."""
        if test.operator in defined.HABITS:
            return self.habit(test.operator, test.value, test.measure, now, events)
        value, operand = self.measure(test.measure, now, events), test.value
        if isinstance(value, Decimal):
            value, operand = defined.exact(value), defined.exact(operand)
        return naive.leaf(c.Test("it", test.operator, operand), Facts({"it": value}, now=now))

    def habit(self, name, operand, measure, now, events):
        ever, _ = self.counting(replace(measure, span=c.Span()), now, events)
        inside, _ = self.counting(measure, now, events)
        return defined.habit(name, operand, now, [e.at for e in ever], [e.at for e in inside])

    def measure(self, measure, now, events):
        """Return a measure's value as people write it, seconds for recency."""
        return defined.measure(measure, now, *self.counting(measure, now, events))

    def counting(self, measure, now, events):
        """Return the events that a measure counts, and those that a rate is by."""
        by = replace(measure, event=measure.path, where=None, path=None, kind="count")
        per = self.counting(by, now, events)[0] if measure.kind == "rate" else []
        found = [event for event in events if passes(measure, event)]
        beats = [event.at for event in self.events]
        return defined.within(measure, now, found, events, beats), per


def needed(name, segments):
    """Return a segment after those its condition names."""
    return [*(n for one in named(segments[name][0]) for n in needed(one, segments)), name]


def named(condition):
    if isinstance(condition, c.Member):
        return [condition.segment]
    parts = getattr(condition, "parts", (getattr(condition, "part", None),))
    return [name for part in parts if part for name in named(part)]
