"""How the decisions of each slot ended in the last hour, and in the day before it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from personalization.decisions.outcomes import Given
from personalization.decisions.turnstile import SPAN
from personalization.plant import sql
from personalization.plant.instants import SECOND

HOUR, DAY = 3_600 * SECOND, 86_400 * SECOND
PACE = """
SELECT site_id, slot, outcome, at > %(edge)s, sum(count)::bigint FROM decisions_given
WHERE at > %(first)s AND at <= %(now)s GROUP BY 1, 2, 3, 4
"""


class Pace(NamedTuple):
    """Decisions by outcome: of the last hour, and of the day before it."""

    now: Counter[str]
    before: Counter[str]

    def of(self, outcome: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return how many of how many ended so, now and before."""
        return (
            (self.now[outcome], self.now.total()),
            (self.before[outcome], self.before.total()),
        )


def slots(now: int) -> dict[tuple[int, str], Pace]:
    """Return the pace of every slot of every site that was asked for lately."""
    edge = now - HOUR - SPAN
    asked = {"edge": edge, "first": edge - DAY, "now": now}
    found: dict[tuple[int, str], Pace] = {}
    for site, slot, outcome, is_new, count in sql.rows(PACE, asked):
        pace = found.setdefault((site, slot), Pace(Counter(), Counter()))
        (pace.now if is_new else pace.before)[outcome] += int(count)
    return found


ERROR, FALLBACK = Given.Outcome.ERROR.value, Given.Outcome.FALLBACK.value
