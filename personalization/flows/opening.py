"""Openings: the rows of live and scheduled matrices that are in force from a time until a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from personalization.plant import sql
from personalization.sites.reviews import Schedule
from rules import appointments
from rules.errors import InvalidError
from rules.lanes import ENDLESS
from rules.matrix import schedule

WHOLE = 100.0
MOST = 2_000
ROWS = """
SELECT r.id, r.number, r.matrix_id, s.site_id, s.key, r.id = m.live_id, line->>'id', line->'active',
    coalesce((line->>'enabled')::boolean, true),
    coalesce(line->'then'->>'variant', 'experiment ' || (line->'then'->>'experiment')),
    coalesce((line->>'rollout')::float8, 100)
FROM decisions_matrixrevision r
JOIN decisions_matrix m ON m.id = r.matrix_id JOIN content_slot s ON s.id = m.slot_id,
LATERAL jsonb_array_elements(r.document->'rows') AS line
WHERE jsonb_typeof(r.document->'rows') = 'array' AND jsonb_typeof(line->'active') = 'object'
    AND (r.id = ANY(%(scheduled)s::bigint[]) OR r.id = m.live_id)
    AND (%(sites)s::int[] IS NULL OR s.site_id = ANY(%(sites)s))
ORDER BY r.id LIMIT %(most)s
"""


class Opening(NamedTuple):
    """One row's window, and what is wrong with it; without an end it is until ``ENDLESS``."""

    site_id: int
    slot: str
    matrix: int
    revision: int
    number: int
    row: str
    variant: str | None
    rollout: float
    start: int
    until: int
    zone: str
    clashes: list[str]


def windows(sites: list[int] | None, waiting: Sequence[Schedule]) -> Iterator[Opening]:
    """Yield the windows of rows that are live, or will be by an appointment."""
    coming = {one.review.revision_id: one for one in waiting if one.review.kind == "matrix"}
    asked = {"scheduled": list(coming), "sites": sites, "most": MOST}
    rows = sql.rows(ROWS, asked)
    held = {(row[0], row[6]): row[7] for row in rows}
    for revision, number, matrix, site, slot, live, row, raw, enabled, variant, rollout in rows:
        try:
            active = schedule.parse(raw, "")
        except InvalidError:
            continue
        start, until = active.start_at or 0, ENDLESS if active.until_at is None else active.until_at
        clashes = [] if enabled else [_("The row is switched off: this never happens.")]
        clashes += _unclear(active)
        if not live:
            clashes += _late(coming[revision], until)
        for one in coming.values():
            same = held.get((one.review.revision_id, row)) == raw
            if live and one.review.object_id == matrix and not same:
                clashes += _replaced(one, start, until)
        yield Opening(site, slot, matrix, revision, number, row, variant, rollout, start, until,
                      active.zone, clashes)  # fmt: skip


def _unclear(active: schedule.Active) -> Iterator[str]:
    """Yield what the clocks make of a window's ends: skipped, or shown twice."""
    for wall in (active.start, active.until):
        try:
            if wall is not None:
                appointments.instant(wall, active.zone)
        except InvalidError as fault:
            told = {"wall": wall, "zone": active.zone}
            if fault.code == "gap":
                yield _("%(wall)s does not exist in %(zone)s: the clocks skip it.") % told
            elif fault.code == "twice":
                yield _("%(wall)s happens twice in %(zone)s: the first is meant.") % told


def _late(coming: Schedule, until: int) -> Iterator[str]:
    if until <= coming.at:
        at = appointments.said(coming.at, coming.zone)
        yield _("It is over before its revision goes live (%(at)s): it never happens.") % {"at": at}


def _replaced(one: Schedule, start: int, until: int) -> Iterator[str]:
    told = {"number": one.review.number, "at": appointments.said(one.at, one.zone)}
    if one.at <= start:
        yield _("r%(number)s takes over at %(at)s, before it begins: it never happens.") % told
    elif one.at < until:
        yield _("r%(number)s takes over at %(at)s: it ends then.") % told
