"""News: which moves of a fold the world has not heard before, and which only correct or inherit.

A fold that goes on from where it stood tells only what is new. One that folded history again tells
everything anew; there a move is news when it is its segment's last one and ends elsewhere than the
profile, or one that became part of it, stood before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rules.state import Move

Standing = Iterable[tuple[str, str, bool, int]]
"""Recorded moves that stood before: profile, segment, entered, effective at."""


def before(standing: Standing, gone: Mapping[str, str]) -> dict[tuple[str, str], bool]:
    """Return where profiles stood before, by profile and segment: in, where any part of it was."""
    last: dict[tuple[str, str], tuple[int, bool]] = {}
    for profile, segment, entered, at in standing:
        whose = (profile, segment)
        last[whose] = max(last.get(whose, (at, entered)), (at, entered))
    found: dict[tuple[str, str], bool] = {}
    for (profile, segment), (_, entered) in last.items():
        whose = (gone.get(profile, profile), segment)
        found[whose] = found.get(whose, False) or entered
    return found


def news(
    profile: str, moves: Sequence[Move], stood: Mapping[tuple[str, str], bool]
) -> Iterable[Move]:
    """Yield the moves of a history folded again that bring the profile elsewhere."""
    first = {move.segment: move for move in reversed(moves)}
    for segment, last in {move.segment: move for move in moves}.items():
        if last.entered != stood.get((profile, segment), not first[segment].entered):
            yield last
