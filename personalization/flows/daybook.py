"""The daybook: what is to happen in which slot or segment, from when until when."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from personalization.flows import agenda, clashing, opening
from personalization.flows.kinds import KINDS
from personalization.sites.reviews import Freeze, Review, Schedule
from personalization.sites.roles import Caller
from rules.lanes import ENDLESS

MOST = 500
"""Entries of each kind that are shown."""
SLOTTED = ("slot", "variant", "matrix")
State = Schedule.State


class Place(NamedTuple):
    """A lane: its site, where it stands among the lanes, its group, and its name."""

    site_id: int
    rank: int
    group: str
    name: str


class Entry(NamedTuple):
    """One thing in a lane: what, from when until when, and what is wrong with it."""

    place: Place
    kind: str
    what: str
    start: int
    until: int
    zone: str
    ref: tuple[str, int] | None
    clashes: tuple[str, ...] = ()
    by: str = ""


def entries(who: Caller, start: int, until: int, now: int) -> list[Entry]:
    """Return what lies between two instants on the caller's sites, in order: constant queries."""
    rows = Freeze.objects.filter(until_at__gt=start, start_at__lt=until)
    freezes = list(who.scope(rows, "site_id")[:MOST])
    asked = Schedule.objects.filter(state__in=(State.WAITING, State.FAILED), at__lt=until)
    asked = who.scope(asked.select_related("review__site"), "review__site_id")
    shown = asked.filter(at__gte=start) | asked.filter(state=State.WAITING)
    schedules = list(shown.order_by("at", "pk")[:MOST])
    found = agenda.revisions((one.review.kind, one.review.revision_id) for one in schedules)
    waiting = [one for one in schedules if one.state == State.WAITING]
    told = [_freeze(one) for one in freezes]
    for one in schedules:
        clashes = clashing.of(one, waiting, freezes, now)
        told.append(_appointment(one, found, tuple(clashes)))
    windows = opening.windows(who.sites(), waiting)
    told += [_window(one) for one in windows if one.until > start and one.start < until]
    return sorted(told, key=lambda one: (one.start, one.place, one.what))


def _place(review: Review, revision: Any) -> Place:
    """Return the lane of what a revision is of."""
    if revision is None:
        return Place(review.site_id, 3, _("Other"), review.kind)
    owner = KINDS[review.kind].owner_of(revision)
    if review.kind in SLOTTED:
        key = owner.key if review.kind == "slot" else owner.slot.key
        return Place(review.site_id, 1, _("Slots"), key)
    if review.kind in {"segment", "set"}:
        return Place(review.site_id, 2, _("Segments"), str(owner))
    return Place(review.site_id, 3, _("Other"), str(owner))


def _freeze(one: Freeze) -> Entry:
    lane = Place(one.site_id, 0, _("Freezes"), _("Nothing goes live"))
    return Entry(lane, "freeze", one.name, one.start_at, one.until_at, one.zone, None)


def _appointment(one: Schedule, found: agenda.Revisions, clashes: tuple[str, ...]) -> Entry:
    review = one.review
    ref = (review.kind, review.revision_id)
    revision = found.get(ref)
    name = KINDS[review.kind].owner_of(revision) if revision is not None else "-"
    locale = f" ({review.locale})" if review.locale else ""
    what = f"{review.kind} {name} r{review.number}{locale}"
    kind = "failed" if one.state == State.FAILED else "schedule"
    lane = _place(review, revision)
    return Entry(lane, kind, what, one.at, one.at + 1, one.zone, ref, clashes, one.asked_by)


def _window(one: opening.Opening) -> Entry:
    lane = Place(one.site_id, 1, _("Slots"), one.slot)
    share = f" ({one.rollout:g} %)" if one.rollout < opening.WHOLE else ""
    what = f"{one.row} -> {one.variant or '-'}{share}, r{one.number}"
    until = min(ENDLESS, one.until)
    ref = ("matrix", one.revision)
    return Entry(lane, "row", what, one.start, until, one.zone, ref, tuple(one.clashes))
