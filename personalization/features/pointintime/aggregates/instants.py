"""When it happened first and last, over a whole log."""

from __future__ import annotations

from typing import Any

from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate


@aggregate("first_at")
def first_at(matched: Matched) -> Any:
    """Return the instant of the earliest event that counts at each point; unknown for none."""
    rows = matched.around(matched.heard())
    found = rows.group_by(*POINT).agg(value=rows["at"].min(where=rows.counts), kept=rows.count())
    return found.select(*POINT, value=bounded(found.value, found.kept, matched.measure.span))


@aggregate("last_at")
def last_at(matched: Matched) -> Any:
    """Return the instant of the latest event that counts at each point; unknown for none."""
    rows = matched.around(matched.heard())
    return rows.group_by(*POINT).agg(value=rows["at"].max(where=rows.counts))
