"""What it was the first and the last time, over a whole log."""

from __future__ import annotations

from typing import Any

from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import SAID, aggregate
from personalization.features.pointintime.said import told_values


@aggregate("first", columns=SAID)
def first(matched: Matched) -> Any:
    """Return the value of the earliest event that counts; the smallest tie of one instant."""
    values = told_values(matched)
    rows = matched.around(values)
    turns = rows.group_by(*POINT).agg(turn=rows.turn.min(where=rows.counts), kept=rows.count())
    turn = bounded(turns.turn, turns.kept, matched.measure.span)
    return _said(turns.select(*POINT, turn=turn), values)


@aggregate("last", columns=SAID)
def last(matched: Matched) -> Any:
    """Return the value of the latest event that counts; the largest tie of one instant."""
    values = told_values(matched)
    rows = matched.around(values)
    return _said(rows.group_by(*POINT).agg(turn=rows.turn.max(where=rows.counts)), values)


def _said(turns: Any, values: Any) -> Any:
    same = [turns.profile == values.profile, turns.turn == values.turn]
    joined = turns.join(values, same, rname="{name}_said")
    return joined.select(*POINT, *SAID)
