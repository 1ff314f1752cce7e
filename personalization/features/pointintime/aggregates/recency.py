"""How long ago it last happened, over a whole log."""

from __future__ import annotations

from typing import Any

from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate


@aggregate("recency")
def recency(matched: Matched) -> Any:
    """Return the microseconds since the latest event that counts; unknown for none."""
    rows = matched.around(matched.heard())
    found = rows.group_by(*POINT).agg(latest=rows["at"].max(where=rows.counts))
    return found.select(*POINT, value=found.now - found.latest)
