"""How often it happened, over a whole log."""

from __future__ import annotations

from typing import Any

from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate


@aggregate("count", nothing=0)
def count(matched: Matched) -> Any:
    """Return the number of events that count at each point."""
    rows = matched.around(matched.heard())
    found = rows.group_by(*POINT).agg(value=rows.count(where=rows.counts), kept=rows.count())
    return found.select(*POINT, value=bounded(found.value, found.kept, matched.measure.span))
