"""What can be published: for each kind its revisions, where they belong, and how it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from personalization.content.models import VariantRevision
from personalization.decisions.models import MatrixRevision
from personalization.flows import arming, publication, retirement, set_publication
from personalization.segments.models import (
    SegmentRevision,
    SegmentSetRevision,
    StageRulesRevision,
    TriggerRevision,
)
from personalization.sites.models import Publication
from personalization.sites.roles import Caller


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing with revisions."""

    word: str
    model: Any
    owner: str
    site: str
    document: str
    page: str
    put_in_force: Callable[[int, str], Publication]
    retire: Callable[[int, str], Publication] | None = None

    def revisions(self, caller: Caller) -> QuerySet[Any]:
        """Return the revisions the caller may see."""
        rows = self.model.objects.select_related(self.site.rpartition("__")[0])
        return caller.scope(rows, self.site)

    def site_of(self, revision: Any) -> int:
        """Return the id of the revision's site."""
        found: int = attrgetter(self.site.replace("__", "."))(revision)
        return found

    def url(self, revision: Any) -> str:
        """Return the admin page of what the revision is of."""
        return reverse(self.page, args=[getattr(revision, self.owner).pk])

    def document_of(self, revision: Any) -> Any:
        """Return what the revision holds."""
        return getattr(revision, self.document)


KINDS = {
    kind.word: kind
    for kind in (
        Kind(
            "segment",
            SegmentRevision,
            "segment",
            "segment__site_id",
            "condition",
            "admin:segments_segment_change",
            publication.publish_segment,
            retirement.retire_segment,
        ),
        Kind(
            "set",
            SegmentSetRevision,
            "set",
            "set__site_id",
            "document",
            "admin:segments_segmentset_change",
            set_publication.publish_set,
        ),
        Kind(
            "stages",
            StageRulesRevision,
            "rules",
            "rules__site_id",
            "document",
            "admin:segments_stagerules_change",
            publication.publish_stages,
        ),
        Kind(
            "trigger",
            TriggerRevision,
            "trigger",
            "trigger__site_id",
            "document",
            "admin:segments_trigger_change",
            arming.publish_trigger,
        ),
        Kind(
            "variant",
            VariantRevision,
            "variant",
            "variant__slot__site_id",
            "content",
            "admin:content_variant_change",
            publication.publish_variant,
        ),
        Kind(
            "matrix",
            MatrixRevision,
            "matrix",
            "matrix__slot__site_id",
            "document",
            "admin:decisions_matrix_change",
            publication.publish_matrix,
            retirement.retire_matrix,
        ),
    )
}
"""The kinds by the word their addresses use; putting an older revision in force is a roll back."""
