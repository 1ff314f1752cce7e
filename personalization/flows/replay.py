"""Replay: a draft of a matrix or a segment on the last days of the log, beside what is live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from personalization.decisions.models import MatrixRevision
from personalization.flows import census, definitions, lived, prospect, truths
from personalization.flows.calendar import Days, Seen
from personalization.flows.turnout import Tally
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.models import Run
from personalization.segments.models import SegmentRevision
from personalization.sites.models import Site
from rules import definitions as rules_definitions
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.state import Event
from rules.zones import zone

TASK = "replay"
USUAL, MOST_DAYS = 14, 92
MOST = 20_000
"""So many profiles are looked at: a fair draw of a site that has more."""
SLICE = 100
Judge = Callable[[Sequence[str], Mapping[str, list[Event]], Days], Iterator[tuple[str, list[Seen]]]]


class Side(NamedTuple):
    """What is tried: on which site, what people are asked, and what each of them saw."""

    site: Site
    asked: Definitions
    judge: Judge


def replay(kind: str, revision_id: int, days: int, clock: Clock) -> Run:
    """Replay the log for a revision; return the run, whose result has people by day.

    Nothing is written but the run. Some profiles at a time are held; a run can be cancelled.
    """
    site = SITES[kind](revision_id)

    def work(run: Run) -> None:
        run.subject = subject(kind, revision_id)
        try:
            run.result = _report(run, SIDES[kind](site, revision_id), days, clock.now())
        except InvalidError as error:
            raise runs.RefusedError(str(error)) from error

    return runs.recorded(TASK, site.pk, clock, work)


def subject(kind: str, revision_id: int) -> str:
    """Return how a run's row names the revision it is about."""
    return f"{kind} {revision_id}"


def _report(run: Run, side: Side, count: int, now: int) -> dict[str, Any]:
    days = Days(now, count, zone(side.site.timezone) or ZoneInfo("UTC"))
    tally, profiles = Tally(days), census.drawn(side.site.pk, MOST)
    run.total = len(profiles)
    for start in range(0, len(profiles), SLICE):
        part = profiles[start : start + SLICE]
        stories = dict(truths.histories(side.site.pk, part, side.asked, now))
        for profile, found in side.judge(part, stories, days):
            tally.take(profile, found)
        if not runs.advance(run, len(part)):
            return {}
    told = {"people": len(profiles), "of": census.size(side.site.pk), "zone": side.site.timezone}
    return {**tally.report(), **told}


def _matrix(site: Site, revision_id: int) -> Side:
    revision = MatrixRevision.objects.select_related("matrix__slot").get(pk=revision_id)
    slot = revision.matrix.slot.key
    live = prospect.of(site.pk, slot, "live", None).site
    draft = prospect.of(site.pk, slot, revision.number, None).site
    return Side(site, draft.asked.definitions, lived.Slot(live, draft, slot).people)


def _segment(site: Site, revision_id: int) -> Side:
    revision = SegmentRevision.objects.select_related("segment").get(pk=revision_id)
    slug = revision.segment.slug
    live, draft = definitions.live(site.pk), definitions.live(site.pk, replacing=revision_id)
    asked = rules_definitions.union(live, draft)
    keys = live.segments.get(slug, ""), draft.segments[slug]
    return Side(site, asked, lived.Members(asked, *keys).people)


SIDES: Mapping[str, Callable[[Site, int], Side]] = {"matrix": _matrix, "segment": _segment}
SITES: Mapping[str, Callable[[int], Site]] = {
    "matrix": lambda pk: MatrixRevision.objects.get(pk=pk).matrix.slot.site,
    "segment": lambda pk: SegmentRevision.objects.get(pk=pk).segment.site,
}
