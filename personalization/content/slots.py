"""Drafts of slots: what is shown where no row decides, how it is swapped, how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from personalization.content.models import Slot, SlotRevision
from personalization.plant import clock
from personalization.plant.instants import to_datetime
from personalization.sites import progress
from personalization.sites.progress import Subject
from rules import expect
from rules.errors import InvalidError

REVISED = ("fallback", "swap", "ttl", "enabled")
"""What a slot's document holds: what it has besides is its name, and is given once."""
MOST = 20
LONGEST_TTL = 86_400
LONGEST_SLUG = 80


def draft(slot: Slot, document: object, author: str, note: str = "") -> SlotRevision:
    """Write the next revision of a slot; ``InvalidError`` when it could not be published."""
    with transaction.atomic():
        slot = Slot.objects.select_for_update().get(pk=slot.pk)
        written = check({**present(slot), **expect.record(document, "", (), REVISED)})
        newest = slot.revisions.order_by("-number").first() or _first(slot)
        made = slot.revisions.create(
            number=newest.number + 1, document=written, author=author[:150], note=note
        )
        progress.drafted(Subject("slot", slot.site_id, slot.pk), made)
        return made


def check(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a slot's document, or raise the ``InvalidError`` that says where it is wrong."""
    chain = document["fallback"]
    if not isinstance(chain, list) or len(chain) > MOST:
        raise InvalidError("/fallback", "type", f"expected a list of up to {MOST} variants' slugs")
    for i, slug in enumerate(chain):
        expect.text(slug, f"/fallback/{i}", LONGEST_SLUG)
    if document["swap"] not in Slot.Swap.values:
        raise InvalidError("/swap", "choice", f"expected one of {', '.join(Slot.Swap.values)}")
    if not isinstance(document["enabled"], bool):
        raise InvalidError("/enabled", "type", "expected true or false")
    expect.whole(document["ttl"], "/ttl", 0, LONGEST_TTL)
    return {name: document[name] for name in REVISED}


def fits(revision: SlotRevision) -> None:
    """Raise ``InvalidError`` where the fallback names what is no variant of the slot."""
    slugs = set(revision.slot.variants.values_list("slug", flat=True))
    for i, slug in enumerate(check(revision.document)["fallback"]):
        if slug not in slugs:
            expected = f"expected a variant of this slot, not {slug}"
            raise InvalidError(f"/fallback/{i}", "unknown", expected)


def enforce(revision: SlotRevision) -> None:
    """Let the slot be what its revision says, in the running transaction."""
    Slot.objects.filter(pk=revision.slot_id).update(**check(revision.document))


def present(slot: Slot) -> dict[str, Any]:
    """Return what a slot is now, as a document."""
    return {name: getattr(slot, name) for name in REVISED}


def _first(slot: Slot) -> SlotRevision:
    """Keep what a slot was made with as its first revision, so that one can go back to it."""
    now = to_datetime(clock.system.now())
    first: SlotRevision = slot.revisions.create(
        number=1, document=present(slot), status=SlotRevision.Status.LIVE, published_at=now
    )
    Slot.objects.filter(pk=slot.pk).update(live=first)
    return first
