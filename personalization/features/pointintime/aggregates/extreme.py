"""The least and the most of it, over a whole log."""

from __future__ import annotations

from typing import Any

from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate


@aggregate("min")
def least(matched: Matched) -> Any:
    """Return the least value that counts at each point, in millionths; unknown for none."""
    rows = _rows(matched)
    return rows.group_by(*POINT).agg(value=rows.amount.min(where=rows.counts))


@aggregate("max")
def most(matched: Matched) -> Any:
    """Return the largest value that counts at each point, in millionths; unknown for none."""
    rows = _rows(matched)
    return rows.group_by(*POINT).agg(value=rows.amount.max(where=rows.counts))


def _rows(matched: Matched) -> Any:
    heard = matched.heard("amount")
    return matched.around(heard.filter(heard.amount.notnull()))
