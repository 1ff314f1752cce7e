"""Undo: for half an hour after a publish, one step back to what was in force before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction

from personalization.flows import putting
from personalization.flows.beginning import UNDO
from personalization.flows.kinds import KINDS, RETIRED
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.sites.models import Generation, Publication
from personalization.sites.roles import Caller
from rules.errors import InvalidError

LASTS = 30 * 60 * SECOND
"""How long it is offered, in microseconds."""


class Offer(NamedTuple):
    """A publish that can be undone: to which revision's number (0: to nothing), until when."""

    publication: Publication
    number: int
    until: int


def offered(kind: str, object_id: int, now: int) -> Offer | None:
    """Return the newest publish of a thing, where it can still be undone."""
    named = {"kind__in": (kind, kind + RETIRED), "object_id": object_id}
    rows = Publication.objects.filter(**named).exclude(state=Publication.State.FAILED)
    newest = rows.exclude(state=Publication.State.CANCELLED).order_by("-pk").first()
    if newest is None or newest.state != Publication.State.LIVE or newest.ended_at is None:
        return None
    again = newest.replaced == newest.revision_id and not newest.kind.endswith(RETIRED)
    if again or newest.ended_at + LASTS <= now:
        return None
    if newest.replaced is None and kind not in putting.RETIRE:
        return None
    number = 0
    if newest.replaced is not None:
        number = KINDS[kind].model.objects.values_list("number", flat=True).get(pk=newest.replaced)
    return Offer(newest, number, newest.ended_at + LASTS)


def among(publications: Iterable[Publication], now: int) -> dict[int, Offer]:
    """Return the offers for some publications by their id, as ``offered`` does: for all at once."""
    recent = [one for one in publications if _is_recent(one, now)]
    if not recent:
        return {}
    newer = Publication.objects.filter(pk__gte=min(one.pk for one in recent))
    newer = newer.filter(site_id__in={one.site_id for one in recent})
    ended = (Publication.State.FAILED, Publication.State.CANCELLED)
    rows = newer.exclude(state__in=ended).order_by("pk").values_list("kind", "object_id", "pk")
    newest = {(kind.removesuffix(RETIRED), thing): pk for kind, thing, pk in rows}
    offers = [one for one in recent if newest.get((_kind(one), one.object_id)) == one.pk]
    numbers: dict[tuple[str, int | None], int] = {}
    for kind in {_kind(one) for one in offers}:
        before = [one.replaced for one in offers if _kind(one) == kind]
        found = KINDS[kind].model.objects.filter(pk__in=before).values_list("pk", "number")
        numbers |= {(kind, pk): number for pk, number in found}
    return {
        one.pk: Offer(one, numbers.get((_kind(one), one.replaced), 0), (one.ended_at or 0) + LASTS)
        for one in offers
    }


def _is_recent(one: Publication, now: int) -> bool:
    again = one.replaced == one.revision_id and not one.kind.endswith(RETIRED)
    over = one.ended_at is None or one.ended_at + LASTS <= now
    known = _kind(one) in putting.RETIRE and one.state == Publication.State.LIVE
    return known and not again and not over


def _kind(one: Publication) -> str:
    return one.kind.removesuffix(RETIRED)


def undo(who: Caller, publication: Publication, clock: Clock) -> Publication:
    """Go back to what was in force before a publish; ``InvalidError`` where that is too late."""
    if not who.may("publisher", publication.site_id):
        raise PermissionDenied
    kind = publication.kind.removesuffix(RETIRED)
    with transaction.atomic():
        Generation.objects.select_for_update().get(site_id=publication.site_id)
        offer = offered(kind, publication.object_id, clock.now())
        if offer is None or offer.publication.pk != publication.pk:
            expected = "expected the newest publish of this, and one of the last 30 minutes"
            raise InvalidError("", "state", expected)
        if publication.replaced is None:
            return putting.RETIRE[kind](publication.revision_id, who.actor, clock, UNDO)
        return putting.PUBLISH[kind](publication.replaced, who.actor, clock, UNDO)
