"""Whether what is published fits its site: every segment, measure and variant named is there."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from personalization.decisions.models import MatrixRevision
from personalization.flows import declared, definitions, inspection, readiness
from personalization.segments import drafts, triggers
from personalization.segments.models import Segment, SegmentRevision, TriggerRevision
from personalization.sites.models import Publication
from rules.definitions import Definitions, build
from rules.errors import InvalidError
from rules.matrix import compiled, document
from rules.matrix.widening import widened


def check(revision: MatrixRevision, asked: Definitions, *, draft: bool = False) -> None:
    """Raise InvalidError where a matrix asks for what the site does not have.

    Where nothing is put in force yet (``draft``) it may hold what is not run yet.
    """
    if not draft:
        readiness.matrix(revision.document)
    asked_for = widened(document.parse(revision.document), asked.hierarchies)
    found = compiled.compile(asked_for, asked.keys)
    for name in sorted(found.segments - asked.segments.keys()):
        raise InvalidError("/rows", "unknown", f"expected a published segment, not {name}")
    if found.matrix.aggregate is not None:
        raise InvalidError("/aggregate", "unsupported", "expected rows to show, not one value")
    slugs = set(revision.matrix.slot.variants.values_list("slug", flat=True))
    for index, row in enumerate(found.matrix.rows):
        if not row.experiment and row.variant not in slugs:
            at = f"/rows/{index}/then/variant"
            raise InvalidError(at, "unknown", "expected a variant of this slot")
    inspection.refuse(revision.matrix.slot.site_id, document.parse(revision.document))


def together(revision: SegmentRevision) -> None:
    """Raise InvalidError where a segment does not fit those that are just being published."""
    segment = revision.segment
    rows = Publication.objects.filter(site_id=segment.site_id, kind="segment")
    others = rows.filter(state=Publication.State.PREPARING).exclude(object_id=segment.pk)
    also = list(others.order_by("id").values_list("revision_id", flat=True))
    if also:
        site = segment.site_id
        found, features = declared.segments(site, revision.pk, also), declared.features(site)
        build(found, features, rankings=declared.rankings(site))


def still(publication: Publication) -> None:
    """Raise InvalidError where others went live since a publication began, and it fits no more."""
    site, revision_id = publication.site_id, publication.revision_id
    if publication.kind == "matrix":
        rows = MatrixRevision.objects.select_related("matrix__slot")
        check(rows.get(pk=revision_id), definitions.live(site))
    if definitions.asks(publication.kind, revision_id):
        definitions.after(site, publication.kind, revision_id)
    if publication.kind == "segment_retired":
        unused(SegmentRevision.objects.select_related("segment").get(pk=revision_id))


def unused(revision: SegmentRevision) -> None:
    """Raise InvalidError, which names them, where others use the segment of a live revision."""
    segment = revision.segment
    drafts.apart(segment)
    if not Segment.objects.filter(pk=segment.pk, live=revision).exists():
        raise InvalidError("", "changed", "expected the revision that is in force")
    try:
        definitions.after(segment.site_id, "segment_retired", revision.pk)
    except InvalidError as error:
        raise _used(error.at, error.at.strip("/")) from error
    free(segment.site_id, {segment.slug})


def free(site: int, slugs: Collection[str]) -> None:
    """Raise InvalidError, which names them, where live triggers or matrices use a segment."""
    rows = TriggerRevision.objects.filter(trigger__site_id=site)
    for each in rows.filter(pk=F("trigger__live_id")).select_related("trigger"):
        if any(name in slugs for name in triggers.check(each.document).segments):
            raise _used(f"/triggers/{each.trigger.slug}", f"the trigger {each.trigger.slug}")
    live = MatrixRevision.objects.filter(matrix__slot__site_id=site, pk=F("matrix__live_id"))
    asked = definitions.live(site)
    for one in live.select_related("matrix__slot"):
        matrix = widened(document.parse(one.document), asked.hierarchies)
        if any(name in slugs for name in compiled.compile(matrix, asked.keys).segments):
            slot = one.matrix.slot.key
            raise _used(f"/matrices/{slot}", f"the matrix of {slot}")


def _used(at: str, who: str) -> InvalidError:
    return InvalidError(at, "used", f"expected a segment that nothing uses, and {who} does")
