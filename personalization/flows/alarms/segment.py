"""A segment's size jumped: out of what it moved by within an hour in its own past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from personalization.flows.alarms.registry import HOUR, WARNING, Kind, Page, shelf
from personalization.plant import gauges
from personalization.plant.gauges import Stand
from personalization.segments import sizes
from personalization.segments.models import Segment
from personalization.sites.sirens import Found
from rules import jumps

LAG = HOUR
SLACK = HOUR // 2
"""By so much two readings may be farther apart than the lag and still be one step of it."""


def look(now: int) -> Iterator[Found]:
    """Find the live segments whose newest step is a jump; a size stays one for an hour."""
    found: dict[tuple[int, str], tuple[int, int, int]] = {}
    for key, stands in gauges.read(sizes.GAUGE, now - gauges.KEPT, now).items():
        steps = _steps(stands)
        if not steps or now - steps[-1][0] > LAG:
            continue
        at, before, size = steps[-1]
        past = [then - was for when, was, then in steps if when <= at - LAG]
        if jumps.is_jump(before, size, past):
            found[key] = (at, before, size)
    slugs = {slug for _site, slug in found}
    rows = Segment.objects.filter(slug__in=slugs, live__isnull=False)
    pks = {(row.site_id, row.slug): row for row in rows}
    for key, (at, before, size) in found.items():
        if row := pks.get(key):
            told = {"segment": row.name, "before": before, "now": size, "pk": row.pk}
            yield Found(row.site_id, row.slug, WARNING, {**told, "seen_at": at}, at)


def _steps(stands: Sequence[Stand]) -> list[tuple[int, int, int]]:
    """Return each reading beside the one an hour before it: when, what it was, what it is."""
    found, first = [], 0
    for stand in stands:
        while first + 1 < len(stands) and stands[first + 1].at <= stand.at - LAG:
            first += 1
        gap = stand.at - stands[first].at
        if LAG <= gap <= LAG + SLACK:
            found.append((stand.at, stands[first].value, stand.value))
    return found


def page(subject: str, told: Mapping[str, int]) -> Page:  # noqa: ARG001
    """Lead to the segment."""
    return "desk:segment", [told["pk"]]


shelf.put(
    "segment",
    Kind(
        title=_("Segment jumped"),
        says=_("%(segment)s went from %(before)s to %(now)s people within an hour."),
        remedy=_(
            "See its moves and what was published last. If it is wrong, undo or roll back; else "
            "acknowledge it."
        ),
        patience=0,
        look=look,
        page=page,
    ),
)
