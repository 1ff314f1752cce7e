"""One profile's state between events, and the values that go in and come out of the fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rules.windows.window import Window

DERIVED = "derived"


class Event(NamedTuple):
    """One thing that happened, as the fold sees it.

    ``at`` is microseconds UTC; ``tie`` orders events of the same instant (the message's hash), so
    that the order of arrival never matters; ``kind`` is Segment's type (track, page, screen,
    identify, group, alias); ``name`` is the track event's name, or the page or screen's.
    ``properties``, ``context`` and ``traits`` are the message's nested JSON objects.

    An event of the kind ``DERIVED`` is no message: its ``traits`` are all that inference concluded
    of the state before it, by full path.
    """

    at: int
    tie: str
    kind: str
    name: str
    properties: Mapping[str, object]
    context: Mapping[str, object]
    traits: Mapping[str, object]


class Trait(NamedTuple):
    """A trait's value and which identify said it last in event time."""

    value: object
    at: int
    tie: str


@dataclass(slots=True)
class Membership:
    """Where one profile stands with one segment: a pure state machine's whole memory.

    ``holds`` is the condition's last answer and ``held_since`` when it became so; ``member`` is the
    settled answer and ``since`` when it became so. All instants are microseconds UTC. What stands
    for a ``has_been`` may be unknown (see ``stability.hold``).
    """

    member: bool | None = False
    since: int | None = None
    holds: bool | None = None
    held_since: int | None = None
    moved: list[int] = field(default_factory=list)


class Move(NamedTuple):
    """A profile entered or left a segment.

    ``segment`` is the definition's key, ``entered`` False for an exit, ``effective_at`` event time
    in microseconds, ``cause`` one of "event", "timer", "late", "merge", "publish", "consent",
    "derived", ``values`` what the condition's leaves saw.
    """

    segment: str
    entered: bool
    effective_at: int
    cause: str
    values: Mapping[str, object]


@dataclass(slots=True)
class State:
    """All that is kept of one profile between events.

    ``newest`` is the instant of the newest event folded in and ``through`` the newest instant that
    was acted on (an event, or something that came due); an event at or before ``through`` is late
    and needs a refold from a checkpoint. ``moves`` are those of the last fold only and not stored.
    ``traits`` are keyed by their dotted path below ``traits.``; ``dues`` says for each segment's
    key, where it may move without an event, the instant to ask again. ``known`` are the keys of the
    features' windows that were kept from the beginning. ``derived`` is what inference said last, by
    full path. ``names`` are those of the definitions that it was asked whole (see ``asked``).
    """

    windows: dict[str, Window] = field(default_factory=dict)
    conditions: dict[str, object] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    traits: dict[str, Trait] = field(default_factory=dict)
    dues: dict[str, int] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    next_change: int | None = None
    newest: int = 0
    through: int = 0
    known: tuple[str, ...] = ()
    dumped: dict[str, object] = field(default_factory=dict)
    derived: dict[str, object] = field(default_factory=dict)
    names: tuple[str, ...] = ()
