"""How many different ones, over a whole log."""

from __future__ import annotations

from typing import Any

import ibis

from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate


@aggregate("distinct", nothing=0)
def distinct(matched: Matched) -> Any:
    """Return the number of different strings, booleans and numbers that count at each point.

    A path that leads through lists says several values an event.
    """
    span = matched.measure.span
    heard = matched.heard("text", "whole", "real", "flag", "items")
    single = ibis.coalesce(
        "s" + heard.text,
        "n" + heard.whole.cast("string"),
        "r" + heard.real.cast("string"),
        "b" + heard.flag.cast("string"),
    )
    told = heard.select(
        "profile",
        "at",
        token=ibis.ifelse(heard["items"].notnull(), heard["items"], ibis.array([single])),
    ).unnest("token")
    rows = matched.around(told.filter(told.token.notnull()))
    every = span.length is not None and span.offset
    found = rows.group_by(*POINT).agg(
        value=rows.token.nunique(where=rows.counts),
        kept=rows.count() if every else rows.token.nunique(),
    )
    return found.select(*POINT, value=bounded(found.value, found.kept, span, always=True))
