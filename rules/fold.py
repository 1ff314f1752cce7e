"""Checkpoint + events + definitions + until -> state, moves, next change: the one pure function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rules.asked import Memberships
from rules.checkpoint import opened, unasked
from rules.definitions import Definitions
from rules.facts import Facts
from rules.feeds import ANY, NAMES, Feed, facts_of
from rules.plans import Ranked, SegmentPlan
from rules.readings import facts_at, feature
from rules.state import DERIVED, Event, Membership, Move, State
from rules.switching import switch
from rules.traits import conclude, tell
from rules.views import Members, Traits
from rules.windows.same import Same
from rules.windows.window import Sign, Window

__all__ = ["facts_at", "feature", "fold", "late"]


def fold(
    checkpoint: State | None,
    events: Iterable[Event],
    definitions: Definitions,
    until: int,
    cause: str = "event",
    *,
    reuse: bool = False,
) -> State:
    """Fold events, sorted by ``(at, tie)``, onto a checkpoint and let everything due pass.

    All events of one instant are taken in, together with what is due at that instant, before any
    segment is asked; what is due between events happens at its own instant, and at the end all that
    is due up to and with ``until`` (microseconds UTC). So the result depends on the set of events,
    not on how it was cut into calls. Events must be after ``checkpoint.through`` (see ``late``).

    ``moves`` of the result are this fold's; they carry the cause "event" or "timer", or the one
    given instead ("late", "merge", "publish", ...). The checkpoint is left as it was unless
    ``reuse`` gives it away. Every segment is first asked at the first instant that is acted on, at
    the latest at ``until``; one that a checkpoint folded before knows nothing of stays unknown (see
    ``state_json.missing``: it needs the whole log).

    >>> from rules.conditions import EventTest, Measure, Span
    >>> from rules.definitions import Stability, build
    >>> viewed = EventTest(Measure("Viewed", span=Span(length=10)), "at_least", 2)
    >>> asked = build({"keen": (viewed, Stability())}, {})
    >>> events = [Event(at, "", "track", "Viewed", {}, {}, {}) for at in (1, 5)]
    >>> state = fold(None, events, asked, until=5)
    >>> [(move.entered, move.effective_at) for move in state.moves], state.next_change
    ([(True, 5)], 11)
    >>> [(move.entered, move.cause) for move in fold(state, [], asked, until=11).moves]
    [(False, 'timer')]
    """
    state = opened(checkpoint, definitions, reuse=reuse)
    shared = checkpoint is not None and not reuse
    run = _Run(state, definitions, cause, shared=shared)
    run.through(events, until)
    return state


def late(state: State, at: int) -> bool:
    """Say whether an event at this instant comes too late to be folded onto the state.

    >>> late(State(through=5), 5), late(State(through=5), 6)
    (True, False)
    """
    return at <= state.through


class _Run:
    """One fold: the state it changes, and what it looks up again and again."""

    __slots__ = (
        "always",
        "blind",
        "cause",
        "definitions",
        "facts",
        "newborn",
        "owned",
        "shared",
        "state",
        "unheard",
    )

    def __init__(self, state: State, definitions: Definitions, cause: str, *, shared: bool) -> None:
        self.state, self.definitions, self.cause = state, definitions, cause
        self.shared = shared
        self.always = definitions.feeds.get(ANY, ())
        self.owned: set[str] = set()
        traits = Traits(state.traits, definitions.types, state.derived)
        self.facts = Facts(traits, Members(state.memberships), state.windows)
        self.newborn = not state.through
        self.unheard: dict[str, int] = {}
        self.blind: frozenset[int] = frozenset()
        if not self.newborn and not state.names:
            self.blind = unasked(state, definitions)

    def through(self, events: Iterable[Event], until: int) -> None:
        """Go through the events in order, and through time between and after them."""
        state, dirty = self.state, set[int]()
        present: int | None = None
        for event in events:
            at = event.at
            if at != present:
                if present is not None:
                    self._evaluate(present, dirty, self.cause)
                if state.next_change is not None and state.next_change < at:
                    self._pass(at - 1)
                present = at
            self._take(event, dirty)
        if present is not None:
            state.newest = max(state.newest, present)
            self._evaluate(present, dirty, self.cause)
        self._pass(until)
        if self.newborn:
            self._evaluate(until, dirty, self.cause)

    def _pass(self, until: int) -> None:
        """Let everything due up to and with ``until`` happen, each at its own instant."""
        state = self.state
        cause = "timer" if self.cause == "event" else self.cause
        while state.next_change is not None and state.next_change <= until:
            self._evaluate(state.next_change, set(), cause)

    def _take(self, event: Event, dirty: set[int]) -> None:
        """Take in one event: what it says of the profile, and what the windows make of it."""
        definitions, kind = self.definitions, event.kind
        if kind == DERIVED:
            for path in conclude(self.state.derived, event.traits):
                dirty.update(definitions.by_derived.get(path, ()))
            return
        if kind == "identify":
            for path in tell(self.state.traits, event):
                dirty.update(definitions.by_trait.get(path, ()))
        name = event.name if kind == "track" else NAMES.get(kind, event.name)
        feeds = definitions.feeds.get(name)
        if feeds is not None:
            self._feed(event, feeds, dirty)
        if self.always:
            self._feed(event, self.always, dirty)

    def _feed(self, event: Event, feeds: tuple[Feed, ...], dirty: set[int]) -> None:
        """Give the event to the windows that asked for its name and let it pass their filter."""
        told = None
        for feed in feeds:
            _, where, take, many, ranks, sign, _ = feed
            if sign and feed.window not in self.state.windows:
                self._forgo(feed, event)
                continue
            if where is not None:
                told = told or facts_of(event)
                if where(told) is not True:
                    continue
            values: Any = (None,) if take is None else take(event)
            if not many:
                values = (values,) if take else values
            if values:
                self._tell(feed, event, values)
                dirty.update(ranks)

    def _tell(self, feed: Feed, event: Event, values: Iterable[object]) -> None:
        """Let a window take in an event's values; one that kept nothing is not told of signs."""
        window = self._window(feed.window)
        if feed.prunes:
            window.prune(event.at - 1)
            if feed.sign and window.empty():
                del self.state.windows[feed.window]
                self._forgo(feed, event)
                return
        for value in values:
            window.add(event.at, value, event.tie)
        if self.unheard and self.unheard.get(feed.window) == event.at:
            window.add(event.at, Sign.RESET, event.tie)

    def _forgo(self, feed: Feed, event: Event) -> None:
        """Remember, for what else happens at this instant, that a span began anew at it."""
        if feed.take is not None and feed.take(event) is Sign.RESET:
            self.unheard[feed.window] = event.at

    def _window(self, key: str) -> Window:
        """Return the window to change: a new one, the state's own, or a copy of a shared one."""
        windows = self.state.windows
        self.state.dumped.pop(key, None)
        try:
            window = windows[key]
        except KeyError:
            window = windows[key] = self.definitions.recipes[key].create()
            self.owned.add(key)
            return window
        if self.shared and key not in self.owned:
            window = windows[key] = window if type(window) is Same else window.copy()
            self.owned.add(key)
        return window

    def _evaluate(self, now: int, dirty: set[int], cause: str) -> None:
        """Ask every segment that may answer differently at ``now``, those it depends on first."""
        state, definitions = self.state, self.definitions
        self.facts.now = state.through = now
        if state.next_change is not None and state.next_change <= now:
            ranks = definitions.ranks
            dirty.update(ranks[key] for key, due in state.dues.items() if due <= now)
        if self.newborn:
            self._bear(dirty)
        if self.blind:
            dirty -= self.blind
        if not dirty:
            return
        queue = sorted(dirty)
        dirty.clear()
        place = 0
        while place < len(queue):
            plan = definitions.plans[queue[place]]
            place += 1
            for key in self._judge(plan, now, cause):
                after = definitions.by_segment.get(key)
                if after:
                    queue[place:] = sorted({*queue[place:], *after} - self.blind)
        state.next_change = min(state.dues.values()) if state.dues else None

    def _bear(self, dirty: set[int]) -> None:
        """Let every segment have been asked once: those that are heard of now, and the others."""
        state, definitions = self.state, self.definitions
        state.memberships = Memberships({}, definitions.ranks)
        self.facts.segments = Members(state.memberships)
        dirty.update(definitions.loud)
        self.newborn = False

    def _judge(self, plan: SegmentPlan, now: int, cause: str) -> Iterable[str]:
        """Ask one segment, settle its membership, note when to ask again; return who moved."""
        if plan.ranked is not None:
            return self._rank(plan, plan.ranked, now, cause)
        state, facts, key = self.state, self.facts, plan.key
        place = self._place(key)
        for same in plan.sames:
            state.dumped.pop(same, None)
        moved, due = plan.settle(place, plan.answer(facts), now, plan.stability)
        self._note(plan, key, due)
        if moved is None:
            return ()
        if not plan.hidden:
            assert place.since is not None
            state.moves.append(Move(key, moved, place.since, cause, plan.evidence(facts)))
        return (key,)

    def _rank(self, plan: SegmentPlan, ranked: Ranked, now: int, cause: str) -> Iterable[str]:
        """Ask a set, and let one member be left and one be entered in the same instant."""
        state, facts, keys = self.state, self.facts, ranked.keys
        for same in plan.sames:
            state.dumped.pop(same, None)
        choice = ranked.choose(facts)
        held = state.memberships.get(keys[choice])
        if held is not None and held.member and held.holds:
            self._note(plan, keys[0], None)
            return ()
        places = [self._place(key) for key in keys]
        switched, due = switch(places, choice, now, plan.stability, ranked.free)
        self._note(plan, keys[0], due)
        if switched is None:
            return ()
        sides = [(index, index == choice) for index in switched if index is not None]
        since = places[choice].since
        assert since is not None
        for index, entered in sides:
            seen = ranked.evidence[index](facts)
            state.moves.append(Move(keys[index], entered, since, cause, seen))
        return [keys[index] for index, _ in sides]

    def _note(self, plan: SegmentPlan, key: str, due: int | None) -> None:
        """Note when to ask again: when stability lets somebody move, or the condition may turn."""
        dues, turn = self.state.dues, plan.turn(self.facts)
        if due is None or (turn is not None and turn < due):
            due = turn
        if due is not None:
            dues[key] = due
        elif key in dues:
            del dues[key]

    def _place(self, key: str) -> Membership:
        """Return the membership to change: a new one, the state's own, or a copy."""
        places = self.state.memberships
        try:
            place = places[key]  # cheaper than get, which looks for what is unopened
        except KeyError:
            place = places[key] = Membership()
            self.owned.add(key)
            return place
        if self.shared and key not in self.owned:
            place = places[key] = replace(place)
            self.owned.add(key)
        return place
