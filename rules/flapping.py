"""Flapping: what a segment would have done with other stability settings, from what was true when.

The truths of one profile are the moves of the same segment without stability: the instants at which
its condition became true and stopped being true, in turn. Stability is a state machine of those and
of the clock alone, so one fold of a history answers for any number of settings, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rules.durations import DAY
from rules.stability import Stability, settle
from rules.state import Membership

SECOND = 1_000_000
HALF = 2


class Turn(NamedTuple):
    """A condition became true or stopped being true at an instant (microseconds UTC)."""

    at: int
    entered: bool


class Settled(NamedTuple):
    """A move, and since when the condition had said so without a break."""

    at: int
    entered: bool
    since: int

    @property
    def delay(self) -> int:
        """How long the move came after what it follows, in microseconds."""
        return self.at - self.since


class Period(NamedTuple):
    """The time a report is about, ``since < t <= until`` (microseconds UTC)."""

    since: int
    until: int


def replay(truths: Iterable[Turn], stability: Stability, until: int) -> list[Settled]:
    """Return the moves a segment makes by ``until`` when its condition turns as told.

    ``truths`` rise strictly in time and begin with a true one. What comes due at the instant of a
    turn sees the condition as it is after the turn, as in the fold.

    >>> replay([Turn(0, True), Turn(20, False)], Stability(enter_after=10, exit_after=5), 30)
    [Settled(at=10, entered=True, since=0), Settled(at=25, entered=False, since=20)]
    >>> replay([Turn(0, True), Turn(10, False)], Stability(enter_after=10), 30)
    []
    """
    place, moves = Membership(), list[Settled]()
    due: int | None = None
    for at, true in truths:
        if at > until:
            break
        if due is not None and due < at:
            _ask(place, place.holds is True, due, stability, moves)
        due = _ask(place, true, at, stability, moves)
    if due is not None and due <= until:
        _ask(place, place.holds is True, due, stability, moves)
    return moves


def _ask(
    place: Membership, true: bool, now: int, stability: Stability, moves: list[Settled]
) -> int | None:
    moved, due = settle(place, true, now, stability)
    if moved is not None:
        assert place.since is not None
        assert place.held_since is not None
        moves.append(Settled(place.since, moved, place.held_since))
    return due


@dataclass(slots=True)
class Trial:
    """One setting tried on many profiles: tell it each profile's truths, then ask for the report.

    ``more_than`` moves within some 24 hours make a profile a flapper.
    """

    stability: Stability
    period: Period
    more_than: int
    moves: int = 0
    inside: int = 0
    flappers: int = 0
    delays: dict[bool, list[int]] = field(default_factory=lambda: {True: [], False: []})

    def take(self, truths: Sequence[Turn]) -> None:
        """Count one profile.

        >>> trial = Trial(Stability(), Period(0, 9), 1)
        >>> trial.take([Turn(1, True), Turn(2, False), Turn(3, True)])
        >>> trial.moves, trial.inside, trial.flappers
        (3, 1, 1)
        """
        moves = replay(truths, self.stability, self.period.until)
        self.inside += bool(moves) and moves[-1].entered
        shown = [move for move in moves if move.at > self.period.since]
        self.moves += len(shown)
        self.flappers += crowded([move.at for move in shown], self.more_than)
        for move in shown:
            self.delays[move.entered].append(move.delay)

    def report(self, without: Trial) -> dict[str, float | int | None]:
        """Return what the setting did, compared with the same condition ``without`` stability.

        Delays are seconds, the median of the moves that were made; a share is ``None`` where there
        was nothing to remove. It is below 0 where moves that belong to turns before the period
        outnumber those that were removed.

        >>> free = Trial(Stability(), Period(0, 86_400_000_000), 3)
        >>> firm = Trial(Stability(exit_after=2_000_000), Period(0, 86_400_000_000), 3)
        >>> for trial in (free, firm):
        ...     trial.take([Turn(1, True), Turn(1_000_001, False), Turn(2_000_001, True)])
        >>> said = firm.report(free)
        >>> said["moves"], said["moves_per_day"], said["removed"], said["entry_delay"]
        (1, 1.0, 0.666667, 0.0)
        """
        days = (self.period.until - self.period.since) / DAY
        share = 1 - self.moves / without.moves if without.moves else None
        return {
            "moves": self.moves,
            "moves_per_day": round(self.moves / days, 6),
            "removed": None if share is None else round(share, 6),
            "entry_delay": median(self.delays[True]),
            "exit_delay": median(self.delays[False]),
            "in": self.inside,
            "flappers": self.flappers,
        }


def crowded(instants: Sequence[int], more_than: int) -> bool:
    """Tell whether more than so many instants, in order, lie within some 24 hours.

    >>> crowded([0, 1, DAY], 1), crowded([0, DAY, 2 * DAY], 1)
    (True, False)
    """
    pairs = zip(instants, instants[more_than:], strict=False)
    return any(last - first < DAY for first, last in pairs)


def median(delays: Sequence[int]) -> float | None:
    """Return the middle of durations in microseconds, as seconds; ``None`` of none.

    Of an even number it is half way between the middle two, to the microsecond below.

    >>> median([1_000_000, 5_000_000, 2_000_000]), median([1, 2]), median([])
    (2.0, 1e-06, None)
    """
    if not delays:
        return None
    ordered, half = sorted(delays), len(delays) // HALF
    low = ordered[half] if len(ordered) % HALF else ordered[half - 1]
    return (low + ordered[half]) // HALF / SECOND
