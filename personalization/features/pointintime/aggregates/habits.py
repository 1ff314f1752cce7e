"""Habits over a whole log: for the first time, regularly, no longer, and again after a pause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import ibis

from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import TRUTH, aggregate
from rules.conditions import Span
from rules.windows.resumed import MOST


@aggregate("first_time", nothing=False, columns=TRUTH)
def first_time(matched: Matched) -> Any:
    """Return whether the first event there ever was counts at each point."""
    ever = matched.ever()
    first = ever.group_by("profile").agg(at=ever["at"].min())
    return _any(matched.around(_dated(matched, first)))


@aggregate("regularly", nothing=False, columns=TRUTH)
def regularly(matched: Matched) -> Any:
    """Return whether it happened in enough of the last periods; the last one ends at the point."""
    measure = matched.measure
    periods, of, each = cast("tuple[int, int, int]", measure.setting)
    span = replace(measure.span, length=of * each)
    rows = Matched(replace(measure, span=span), matched.points, matched.events).around(
        matched.heard()
    )
    age = rows.now - rows["at"]
    rows = rows.mutate(start=age - age % each)
    found = rows.group_by(*POINT).agg(different=rows.start.nunique())
    return found.select(*POINT, flag=found.different >= periods)


@aggregate("stopped", nothing=False, columns=TRUTH)
def stopped(matched: Matched) -> Any:
    """Return whether it happened in the span, and not lately, wherever the span ends."""
    quiet, ever = cast("int", matched.measure.setting), matched.ever()
    inside = _any(matched.around(_dated(matched, ever)))
    whole = replace(matched.measure, span=Span())
    lately = Matched(whole, matched.points, matched.events).around(ever)
    newest = lately.group_by(*POINT).agg(newest=lately["at"].max())
    same = [inside[name] == newest[name] for name in POINT]
    both = inside.join(newest, same, rname="{name}_newest")
    return both.select(*POINT, flag=both.flag & (both.newest <= both.now - quiet))


@aggregate("resumed", nothing=False, columns=TRUTH)
def resumed(matched: Matched) -> Any:
    """Return whether in the span it began again after a pause; unknown past many beginnings."""
    ever = matched.ever()
    before = ever["at"].lag().over(ibis.window(group_by=ever.profile, order_by=ever["at"]))
    paused = ever.mutate(before=before)
    again = paused["at"] - paused.before >= cast("int", matched.measure.setting)
    begun = paused.mutate(again=again).filter(paused.before.isnull() | again)
    span = matched.measure.span
    since, until = span.since, span.until
    holds = begun.before.notnull()
    holds = holds if since is None else holds & (begun["at"] >= since)
    holds = holds if until is None else holds & (begun["at"] < until)
    rows = matched.around(begun.select("profile", "at", fits=holds))
    found = rows.group_by(*POINT).agg(flag=(rows.counts & rows.fits).any(), kept=rows.count())
    return found.select(*POINT, flag=bounded(found.flag, found.kept, span, most=MOST))


def _dated(matched: Matched, found: Any) -> Any:
    """Return the events that lie in the dates of the span."""
    span = matched.measure.span
    if span.since is not None:
        found = found.filter(found["at"] >= span.since)
    return found if span.until is None else found.filter(found["at"] < span.until)


def _any(rows: Any) -> Any:
    return rows.group_by(*POINT).agg(flag=rows.counts.any())
