"""What is due goes live: once, at its time, whatever dies or is edited meanwhile."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction

from personalization.flows import putting
from personalization.flows.beginning import SCHEDULE
from personalization.flows.kinds import KINDS
from personalization.flows.scheduling import unscheduled
from personalization.plant.clock import Clock
from personalization.sites import audit, progress
from personalization.sites.models import Generation
from personalization.sites.progress import Word
from personalization.sites.reviews import Review, Schedule
from rules.errors import InvalidError
from rules.reviewing import SCHEDULED, after

log = logging.getLogger(__name__)
State = Schedule.State


def step(clock: Clock) -> int:
    """Publish what is due, one revision a call; return how many were looked at."""
    due = Schedule.objects.filter(state=State.WAITING, at__lte=clock.now()).order_by("at", "pk")
    schedule = due.select_related("review").first()
    if schedule is None:
        return 0
    with transaction.atomic():
        Generation.objects.get_or_create(site_id=schedule.review.site_id)
        Generation.objects.select_for_update().get(site_id=schedule.review.site_id)
        review = Review.objects.select_for_update().get(pk=schedule.review_id)
        row = Schedule.objects.select_for_update().get(pk=schedule.pk)
        if row.state == State.WAITING and row.at <= clock.now():
            _fire(review, row, clock)
    return 1


def _fire(review: Review, schedule: Schedule, clock: Clock) -> None:
    """Publish in the running transaction, which ends the schedule: both are done, or neither."""
    schedule.state, schedule.ended_at = State.FIRED, clock.now()
    try:
        with transaction.atomic():
            _publish(review, schedule, clock)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        if not isinstance(fault, InvalidError):
            log.exception("schedule %s cannot be published", schedule.pk)
        _failed(review, schedule, str(fault), clock.now())
    schedule.save()


def _publish(review: Review, schedule: Schedule, clock: Clock) -> None:
    kind = KINDS[review.kind]
    revision = kind.rows().get(pk=review.revision_id)
    live = kind.live(revision)
    if live is not None and live.number > revision.number:
        expected = f"expected an older revision in force than r{live.number}, published meanwhile"
        raise InvalidError("", "newer", expected)
    after(review.case(), "publish", schedule.asked_by, progress.terms(review.site_id))
    unscheduled(review, Word("fired", schedule.asked_by, clock.now()))
    way = SCHEDULE._replace(overrides=schedule.overrides)
    done = putting.PUBLISH[review.kind](revision.pk, schedule.asked_by, clock, way)
    if done.state == done.State.FAILED:
        raise InvalidError("", "failed", done.error)


def _failed(review: Review, schedule: Schedule, error: str, now: int) -> None:
    schedule.state, schedule.error = State.FAILED, error[:2000]
    review.refresh_from_db()
    if review.state == SCHEDULED:
        unscheduled(review, Word("not_published", "schedule", now, schedule.error))
    detail = {"number": review.number, "error": schedule.error}
    named = (review.kind, review.object_id)
    audit.record(review.site_id, "schedule", "not published", named, detail)
