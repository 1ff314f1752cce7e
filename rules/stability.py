"""Entering, leaving, settling: a pure state machine between a condition and a membership."""

from __future__ import annotations

from dataclasses import dataclass

from rules.durations import DAY
from rules.facts import Truth
from rules.state import Membership


@dataclass(frozen=True, slots=True)
class Stability:
    """How firmly a segment holds on: durations in microseconds, moves counted per 24 hours.

    ``enter_after``: true for this long before entering; ``exit_after``: not true for this long
    before leaving; ``min_stay``: no exit sooner than this after entering; ``max_moves_per_day``:
    None for no limit.
    """

    enter_after: int = 0
    exit_after: int = 0
    min_stay: int = 0
    max_moves_per_day: int | None = None


def settle(
    membership: Membership, holds: Truth, now: int, stability: Stability
) -> tuple[bool | None, int | None]:
    """Tell the membership what its condition answers at ``now``; return its move and its next due.

    The move is ``True`` for entering, ``False`` for leaving, ``None`` for neither; the due is the
    instant (microseconds UTC) at which to ask again if the condition stays as it is. An unknown
    condition counts as not true. Where several settings delay a move it happens at the earliest
    instant at which all of them allow it, and ``membership.since`` becomes that instant, even if
    the question came later. Instants must not go back; the membership is changed in place.

    >>> place = Membership()
    >>> settle(place, True, 100, Stability(enter_after=30))
    (None, 130)
    >>> settle(place, True, 130, Stability(enter_after=30)), place.since
    ((True, None), 130)
    """
    true = holds is True
    if membership.held_since is None or true is not (membership.holds is True):
        membership.held_since = now
    membership.holds = holds
    if true is membership.member:
        return None, None
    allowed = _allowed(membership, true, membership.held_since, stability)
    if allowed is None or allowed > now:
        return None, allowed
    membership.member = true
    membership.since = allowed
    if stability.max_moves_per_day is not None:
        membership.moved = [*membership.moved, allowed][-stability.max_moves_per_day :]
    return true, None


def hold(
    membership: Membership, holds: Truth, now: int, stability: Stability
) -> tuple[bool | None, int | None]:
    """Tell a ``has_been`` what its part answers at ``now``; return whether it turned, and its due.

    It is true while the part was true at every instant of the last ``enter_after``, false while it
    was false at one of them, else unknown (Kleene's "all"). Before the first question the part
    counts as false. ``membership.member`` is the answer, ``held_since`` since when it is true,
    ``since`` since when it is not false. The due is as for ``settle``, the first part of the result
    ``True`` or ``None``.

    >>> place = Membership()
    >>> hold(place, None, 100, Stability(enter_after=30)), place.member
    ((None, 130), False)
    >>> hold(place, None, 130, Stability(enter_after=30)), place.member
    ((True, None), None)
    """
    if holds is not True:
        membership.held_since = None
    elif membership.held_since is None:
        membership.held_since = now
    if holds is False:
        membership.since = None
    elif membership.since is None:
        membership.since = now
    membership.holds = holds
    answer, due = _held(membership, now, stability.enter_after)
    turned = answer is not membership.member
    membership.member = answer
    return turned or None, due


def _held(membership: Membership, now: int, length: int) -> tuple[Truth, int | None]:
    true, since = membership.held_since, membership.since
    if since is None:
        return False, None
    if true is not None and now - true >= length:
        return True, None
    if now - since < length:
        return False, since + length
    return None, None if true is None else true + length


def _allowed(
    membership: Membership, entering: bool, held_since: int, stability: Stability
) -> int | None:
    """Return the earliest instant at which every setting allows the move; ``None`` for never."""
    if entering:
        allowed = held_since + stability.enter_after
    else:
        allowed = held_since + stability.exit_after
        if stability.min_stay and membership.since is not None:
            allowed = max(allowed, membership.since + stability.min_stay)
    most = stability.max_moves_per_day
    if most is None:
        return allowed
    if most < 1:
        return None
    if len(membership.moved) >= most:
        allowed = max(allowed, membership.moved[-most] + DAY)
    return allowed
