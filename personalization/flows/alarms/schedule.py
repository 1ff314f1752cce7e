"""A schedule could not be carried out, or its time has passed and nothing happened."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from personalization.flows.alarms.registry import CRITICAL, DAY, MINUTE, Kind, Page, shelf
from personalization.sites.reviews import Schedule
from personalization.sites.sirens import Found
from rules.reviewing import OPEN

LATE = 2 * MINUTE
LATELY = 7 * DAY
MOST = 200
State = Schedule.State


def look(now: int) -> Iterator[Found]:
    """Find what was not published at its time and is still wanted: its review is open."""
    failed = Q(state=State.FAILED, ended_at__gte=now - LATELY, review__state__in=OPEN)
    overdue = Q(state=State.WAITING, at__lt=now - LATE)
    rows = (
        Schedule.objects.filter(failed | overdue).select_related("review").order_by("review", "-pk")
    )
    for one in rows.distinct("review")[:MOST]:
        review = one.review
        told = {
            "what": f"{review.kind} r{review.number}",
            "due_at": one.at,
            "zone": one.zone,
            "why": one.error[:200] or "-",
            "kind": review.kind,
            "revision": review.revision_id,
        }
        yield Found(review.site_id, f"{review.kind} {review.revision_id}", CRITICAL, told, one.at)


def page(subject: str, told: object) -> Page:  # noqa: ARG001
    """Lead to the revision."""
    kind, _, number = subject.partition(" ")
    return "desk:revision", [kind, int(number)]


shelf.put(
    "schedule",
    Kind(
        title=_("Not published on time"),
        says=_("%(what)s was to go live at %(due_at)s and did not: %(why)s"),
        remedy=_("Open the revision: publish it now, or schedule it again once the cause is gone."),
        patience=0,
        look=look,
        page=page,
    ),
)
