"""Back-test: from the log, what a segment would have done with other stability settings."""

from __future__ import annotations

from typing import Any

from personalization.flows import census, declared, definitions, truths
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.instants import to_text
from personalization.plant.models import Run
from personalization.segments import backtests
from personalization.segments.backtests import Question
from personalization.segments.models import Member, SegmentRevision
from rules import single
from rules.durations import DAY
from rules.errors import InvalidError
from rules.flapping import Period, Trial
from rules.stability import Stability

TASK = "backtest"
MOST = 20_000
"""So many profiles are folded again; a site with no more of them is counted whole."""
SLICE = 200


def backtest(revision_id: int, asked: object, clock: Clock) -> Run:
    """Fold histories for a segment's revision, in force or not; return the run with its report.

    ``asked`` is the document ``segments.backtests`` reads. Nothing is written but the run.
    """
    revision = SegmentRevision.objects.select_related("segment").get(pk=revision_id)

    def work(run: Run) -> None:
        run.subject = subject(revision_id)
        try:
            question = backtests.read(asked, revision.stability)
            run.result = _report(run, revision, question, clock.now())
        except InvalidError as error:
            raise runs.RefusedError(str(error)) from error

    return runs.recorded(TASK, revision.segment.site_id, clock, work)


def subject(revision_id: int) -> str:
    """Return how a run's row names the revision it is about."""
    return f"segment {revision_id}"


def _report(run: Run, revision: SegmentRevision, asked: Question, now: int) -> dict[str, Any]:
    site, slug = revision.segment.site_id, revision.segment.slug
    live = definitions.live(site).segments.get(slug, "")
    segments, sets = declared.segments(site, revision.pk), declared.rankings(site)
    features, trees = declared.features(site), declared.hierarchies(site)
    tried = single.alone(segments, features, slug, sets, trees)
    period = Period(now - asked.days * DAY, now)
    free = Trial(Stability(), period, asked.more_than)
    trials = [Trial(stability, period, asked.more_than) for _, stability in asked.settings]
    profiles = census.drawn(site, MOST)
    run.total, inside = len(profiles), 0
    for start in range(0, len(profiles), SLICE):
        part = profiles[start : start + SLICE]
        for turns in truths.of(site, part, tried, slug, now):
            for trial in (free, *trials):
                trial.take(turns)
        inside += Member.objects.filter(key=live, profile__in=part).count()
        if not runs.advance(run, len(part)):
            return {}
    return {
        "days": asked.days,
        "more_than": asked.more_than,
        "until": to_text(now),
        **_looked_at(len(profiles), census.size(site)),
        "in_now": inside,
        "without": free.report(free),
        "settings": [
            {"stability": said, **trial.report(free)}
            for (said, _), trial in zip(asked.settings, trials, strict=True)
        ],
    }


def _looked_at(people: int, of: int) -> dict[str, Any]:
    """Say how many were counted, of how many, and how they were chosen."""
    method = "all" if people == of else f"the first {MOST} by a hash of the profile's id"
    return {"people": people, "of": of, "method": method}
