"""Whether a figure jumped: against its own habit, or one share against another."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

LEAST_STEPS = 12
"""So many earlier steps are a habit; with fewer nothing is called a jump."""
LEAST_PEOPLE = 50
LEAST_SHARE = 0.25
USUAL, LEFT_OUT = 3, 7
"""A jump is more than so many times the largest step of its past, but for so many."""


def is_jump(before: int, now: int, steps: Sequence[int]) -> bool:
    """Return whether a size's step from ``before`` to ``now`` is out of its habit.

    ``steps`` are what it moved by within equal times before. A jump is at least LEAST_PEOPLE, at
    least LEAST_SHARE of what it was, and more than USUAL times what it moved by at most before; the
    LEFT_OUT largest steps do not count: one jump, seen by each reading of its hour, does not excuse
    the next. With fewer than LEAST_STEPS earlier steps there is no habit, and no jump. Source:
    docs/operating.md.

    >>> is_jump(1000, 2000, [5, -9, 12] * 6), is_jump(1000, 2000, [900, -800, 700] * 6)
    (True, False)
    """
    if len(steps) < LEAST_STEPS:
        return False
    step = abs(now - before)
    usual = sorted(map(abs, steps))[-LEFT_OUT - 1]
    return step >= LEAST_PEOPLE and step >= LEAST_SHARE * before and step > USUAL * usual


def is_worse(now: tuple[int, int], before: tuple[int, int], least: float) -> bool:
    """Return whether a share rose, beyond chance: by at least ``least`` and five deviations.

    Each pair is how many of how many. Without any before, the share before is none. Source: the
    two-proportion z-test with a pooled variance (NIST/SEMATECH e-Handbook, 7.3.3).

    >>> is_worse((60, 100), (100, 1000), 0.2), is_worse((3, 4), (1, 10), 0.2)
    (True, False)
    """
    (bad, of), (bad_before, of_before) = now, before
    if not of:
        return False
    rise = bad / of - (bad_before / of_before if of_before else 0.0)
    pooled = (bad + bad_before) / (of + of_before)
    spread = sqrt(pooled * (1 - pooled) * (1 / of + (1 / of_before if of_before else 0.0)))
    return rise >= least and rise > 5 * spread
