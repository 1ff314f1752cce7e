"""What it was the first and the last time, over a whole log."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis

from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import SAID, aggregate
from rules.feeds import LONGEST_TEXT


@aggregate("first", columns=SAID)
def first(matched: Matched) -> Any:
    """Return the value of the earliest event that counts; the smallest tie of one instant."""
    values = _values(matched)
    rows = matched.around(values)
    turns = rows.group_by(*POINT).agg(turn=rows.turn.min(where=rows.counts), kept=rows.count())
    turn = bounded(turns.turn, turns.kept, matched.measure.span)
    return _said(turns.select(*POINT, turn=turn), values)


@aggregate("last", columns=SAID)
def last(matched: Matched) -> Any:
    """Return the value of the latest event that counts; the largest tie of one instant."""
    values = _values(matched)
    rows = matched.around(values)
    return _said(rows.group_by(*POINT).agg(turn=rows.turn.max(where=rows.counts)), values)


def _values(matched: Matched) -> Any:
    """Return the events that say something, numbered in the order of instant and tie."""
    heard = matched.heard(*SAID)
    there = [heard[part].notnull() for part in SAID]
    short = heard.text.length() <= LONGEST_TEXT
    found = heard.filter(reduce(lambda one, other: one | other, there), heard.text.isnull() | short)
    order = ibis.window(group_by=found.profile, order_by=[found["at"], found.tie])
    return found.mutate(turn=ibis.row_number().over(order))


def _said(turns: Any, values: Any) -> Any:
    same = [turns.profile == values.profile, turns.turn == values.turn]
    joined = turns.join(values, same, rname="{name}_said")
    return joined.select(*POINT, *SAID)
