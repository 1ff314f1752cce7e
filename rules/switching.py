"""Switching: exactly one member of a set at every instant, and how firmly somebody stays in it."""

from __future__ import annotations

from collections.abc import Sequence

from rules.durations import DAY
from rules.stability import Stability
from rules.state import Membership

Switch = tuple[int | None, int]
"""Which member is left (none at the first instant) and which is entered, by place."""


def switch(
    places: Sequence[Membership],
    choice: int,
    now: int,
    stability: Stability,
    free: int | None = None,
) -> tuple[Switch | None, int | None]:
    """Tell a set's memberships which of them is chosen now; return the switch and its next due.

    Whoever is in none is put into the chosen one at once; from then on leaving one and entering
    another is one thing that happens at one instant. ``enter_after``: chosen for this long without
    a break; ``min_stay``: no switch sooner after the last one; ``max_moves_per_day``: switches
    within 24 hours. Nobody is held back in ``free``. ``due`` (microseconds UTC) is when to ask
    again if the choice stays. Instants must not go back; the memberships are changed in place.

    >>> firm, both = Stability(enter_after=10), [Membership(), Membership()]
    >>> switch(both, 0, 100, firm), switch(both, 1, 105, firm), switch(both, 1, 115, firm)
    (((None, 0), None), (None, 115), ((0, 1), None))
    """
    _tell(places, choice, now)
    present = next((index for index, place in enumerate(places) if place.member), None)
    if present is None:
        _put(places[choice], now)
        return (None, choice), None
    if present == choice:
        return None, None
    allowed = _allowed(places, present, choice, stability, free)
    if allowed > now:
        return None, allowed
    places[present].member = False
    places[present].since = allowed
    _put(places[choice], allowed)
    if stability.max_moves_per_day is not None:
        kept = [*places[choice].moved, allowed]
        places[choice].moved = kept[-stability.max_moves_per_day :]
    return (present, choice), None


def _tell(places: Sequence[Membership], choice: int, now: int) -> None:
    for index, place in enumerate(places):
        chosen = index == choice
        if place.held_since is None or place.holds is not chosen:
            place.holds, place.held_since = chosen, now


def _put(place: Membership, at: int) -> None:
    place.member, place.since = True, at


def _allowed(
    places: Sequence[Membership],
    present: int,
    choice: int,
    stability: Stability,
    free: int | None,
) -> int:
    """Return the earliest instant at which every setting allows the switch."""
    held, since = places[choice].held_since, places[present].since
    assert held is not None
    assert since is not None
    if present == free:
        return held
    allowed = max(held + stability.enter_after, since + stability.min_stay)
    most = stability.max_moves_per_day
    if most is None:
        return allowed
    made = sorted(at for place in places for at in place.moved)
    return max(allowed, made[-most] + DAY) if len(made) >= most else allowed
