"""Schedules: asked for, edited, cancelled; what is due is published by ``punctual``."""

from __future__ import annotations

from django.db import transaction

from personalization.flows.beginning import SCHEDULE
from personalization.sites import freezes, progress
from personalization.sites.progress import Word
from personalization.sites.reviews import Review, Schedule
from rules import appointments
from rules.errors import InvalidError
from rules.reviewing import SCHEDULED, after

State = Schedule.State


def ask(review: Review, when: tuple[str, str, str], word: Word, *, overrides: bool) -> None:
    """Schedule a locked review's revision; what waits of it gives way to the new time."""
    at = appointments.instant(*when)
    if at <= word.at:
        raise InvalidError("/at", "past", "expected a time that is still to come")
    freezes.refuse(review.site_id, at, SCHEDULE.name, overrides=overrides)
    _end(review, State.REPLACED, word.at)
    asked = {"asked_by": word.actor, "asked_at": word.at, "overrides": overrides}
    Schedule.objects.create(review=review, at=at, zone=when[1], **asked)


def cancel(review: Review, now: int) -> None:
    """Let nothing wait of a locked review."""
    _end(review, State.CANCELLED, now)


def passed(review: Review, now: int) -> None:
    """Let nothing wait of a revision that somebody publishes before its time."""
    with transaction.atomic():
        row = Review.objects.select_for_update().get(pk=review.pk)
        cancel(row, now)
        if row.state == SCHEDULED:
            unscheduled(row, Word("cancel", "", now))


def unscheduled(review: Review, word: Word) -> None:
    """Take a review back to where it stood before it was scheduled."""
    case = after(review.case(), "cancel", word.actor, progress.terms(review.site_id))
    progress.moved(review, case, word)


def _end(review: Review, state: str, now: int) -> None:
    waiting = Schedule.objects.filter(review=review, state=State.WAITING)
    waiting.update(state=state, ended_at=now)
