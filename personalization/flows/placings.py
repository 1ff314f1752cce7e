"""Where a variant is shown, to the row: of matrices and of its slot, drafts too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from personalization.content.models import SlotRevision, Variant
from personalization.decisions.models import MatrixRevision
from personalization.flows import content_uses
from personalization.sites import audit, inuse


class Placing(NamedTuple):
    """One place: a matrix or a slot, its id and name, the revision, and the row from 1.

    Row 0 is the fallback; number 0 is what holds without a revision, or under review.
    """

    kind: str
    pk: int
    name: str
    number: int
    row: int
    live: bool


def of(variant: Variant) -> list[Placing]:
    """Return each place that shows a variant, of the revisions in force and the newest ones."""
    slot = variant.slot
    found: list[Placing] = []
    matrices = MatrixRevision.objects.filter(matrix__slot=slot)
    for one in _looked(matrices):
        told = (one.number, one.status == "live")
        found += [
            Placing("matrix", one.matrix_id, slot.key, told[0], row, told[1])
            for row in _rows(one.document, variant.slug)
        ]
    for one in _looked(SlotRevision.objects.filter(slot=slot)):
        if variant.slug in one.document["fallback"]:
            live = one.status == "live"
            found.append(Placing("slot", slot.pk, slot.key, one.number, 0, live))
    seen = {(one.kind, one.pk) for one in found}
    others = (use for use in content_uses.of_variant(variant) if (use.kind, use.row.pk) not in seen)
    return found + [Placing(use.kind, use.row.pk, slot.key, 0, 0, use.live) for use in others]


def delete(variant: Variant, actor: str) -> None:
    """Delete a variant that nothing shows, or raise ``InvalidError`` with the list of its uses."""
    inuse.refuse(variant)
    audit.record(variant.slot.site_id, actor, "deleted", variant, {"was": variant.slug})
    variant.delete()


def _looked(rows: QuerySet[Any]) -> list[Any]:
    """Return the newest revision and the one in force."""
    newest = rows.order_by("-number").values("pk")[:1]
    return list(rows.filter(Q(pk__in=newest) | Q(status="live")).order_by("-number"))


def _rows(document: Any, slug: str) -> Iterator[int]:
    for number, row in enumerate(document.get("rows") or [], 1):
        if (row.get("then") or {}).get("variant") == slug:
            yield number
    if slug in (document.get("fallback") or []):
        yield 0
