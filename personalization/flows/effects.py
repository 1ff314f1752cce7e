"""Effects: which of a fold's moves are told to the world, once, when they happen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from personalization.flows.share import Share
from personalization.profiles.identity import People
from personalization.segments.membership import Recorded
from rules.state import Move

RECENT = 60_000_000
"""Effects are of moves of the last minute (microseconds): never of history."""
HAPPENED = {"event", "timer", "late", "merge", "derived"}
"""Causes that lie with the visitor; a publish or a withdrawn consent tells nobody."""

Words = dict[str, Any]


def of(share: Share, people: People | None, moves: Iterable[Recorded]) -> list[tuple[str, Words]]:
    """Return what site-wide listeners hear: recent news of persons in the live lane."""
    slugs = {key: slug for slug, key in share.definitions.segments.items()}
    return [
        (
            "segment.entered" if move.entered else "segment.exited",
            {"profile": profile, **words(slugs[move.segment], move)},
        )
        for profile, move, _ in news(share, people, moves)
        if move.segment in slugs
    ]


def news(share: Share, people: People | None, moves: Iterable[Recorded]) -> list[Recorded]:
    """Return the moves that have effects: of persons, of now, for the first time, not history."""
    if share.lane != "live":
        return []
    devices = set() if people is None else people.profiles() - set(people.person.values())
    return [
        recorded
        for recorded in moves
        if recorded.is_news
        and recorded.profile not in devices
        and recorded.move.cause in HAPPENED
        and share.now - recorded.move.effective_at < RECENT
    ]


def words(segment: str, move: Move) -> Words:
    """Return a move in the words readers know."""
    return {
        "segment": segment,
        "entered": move.entered,
        "at": move.effective_at,
        "cause": move.cause,
        "values": move.values,
    }
