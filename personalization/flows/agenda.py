"""The agenda: what waits for somebody, what goes live when, and what went live lately."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from personalization.flows import undoing
from personalization.flows.kinds import KINDS, RETIRED
from personalization.flows.undoing import Offer
from personalization.plant.instants import SECOND
from personalization.sites.models import Publication
from personalization.sites.reviews import Review, Schedule
from personalization.sites.roles import Caller

LATELY = 7 * 86_400 * SECOND
MOST = 200
REVIEWED = ("in_review", "approved", "changes_requested")
Revisions = dict[tuple[str, int], Any]


class Gone(NamedTuple):
    """A publication that went live, of what, and its undo where there still is one."""

    publication: Publication
    kind: str
    revision: Any
    offer: Offer | None


def revisions(named: Iterable[tuple[str, int]]) -> Revisions:
    """Return revisions with what they are of, by kind and id: one query for each kind."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in named:
        if kind in KINDS:
            wanted.setdefault(kind, set()).add(pk)
    return {
        (kind, row.pk): row for kind, pks in wanted.items()
        for row in KINDS[kind].rows().filter(pk__in=pks)
    }  # fmt: skip


def reviews(who: Caller, state: tuple[str, ...] = REVIEWED) -> list[Review]:
    """Return the reviews of the caller's sites in some states, the oldest first."""
    rows = who.scope(Review.objects.select_related("site"), "site_id")
    return list(rows.filter(state__in=state).order_by("changed_at")[:MOST])


def drafts(who: Caller) -> list[Review]:
    """Return the drafts the caller wrote on, the newest first."""
    rows = who.scope(Review.objects.select_related("site"), "site_id")
    mine = rows.filter(state="draft", authors__contains=who.actor)
    return list(mine.order_by("-changed_at")[:MOST])


def waits_for(who: Caller, review: Review) -> bool:
    """Say whether the next step of a review is one that somebody may take."""
    if review.state == "in_review":
        mine = who.actor not in review.authors and who.actor not in review.approvals
        return mine and who.may("reviewer", review.site_id)
    if review.state == "approved":
        return who.may("publisher", review.site_id)
    return who.actor in review.authors


def upcoming(who: Caller) -> list[Schedule]:
    """Return the schedules that wait on the caller's sites, the next one first."""
    waiting = Schedule.objects.filter(state=Schedule.State.WAITING).order_by("at", "pk")
    return list(who.scope(waiting.select_related("review__site"), "review__site_id")[:MOST])


def lately(who: Caller, now: int, most: int) -> list[Gone]:
    """Return what went live on the caller's sites lately, the newest first."""
    rows = Publication.objects.filter(state=Publication.State.LIVE, ended_at__gte=now - LATELY)
    shown = list(who.scope(rows.select_related("site"), "site_id").order_by("-ended_at")[:most])
    offers = undoing.among(shown, now)
    kinds = {one.pk: one.kind.removesuffix(RETIRED) for one in shown}
    found = revisions((kinds[one.pk], one.revision_id) for one in shown)
    return [
        Gone(one, kinds[one.pk], found.get((kinds[one.pk], one.revision_id)), offers.get(one.pk))
        for one in shown
    ]
