"""What has revisions: for each kind its rows, whose site they are of, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from personalization.content.models import SlotRevision, VariantRevision
from personalization.decisions.models import MatrixRevision
from personalization.segments.models import (
    SegmentRevision,
    SegmentSetRevision,
    StageRulesRevision,
    TriggerRevision,
)
from personalization.sites.models import Publication
from personalization.sites.progress import Subject
from personalization.sites.roles import Caller

RETIRED = "_retired"
"""How the kind of a publication ends that puts something out of force."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing with revisions."""

    word: str
    model: Any
    owner: str
    site: str
    document: str

    def revisions(self, caller: Caller) -> QuerySet[Any]:
        """Return the revisions the caller may see."""
        return caller.scope(self.rows(), self.site)

    def rows(self) -> QuerySet[Any]:
        """Return the revisions with what they are of."""
        rows: QuerySet[Any] = self.model.objects.select_related(self.site.rpartition("__")[0])
        return rows

    def site_of(self, revision: Any) -> int:
        """Return the id of the revision's site."""
        found: int = attrgetter(self.site.replace("__", "."))(revision)
        return found

    def owner_of(self, revision: Any) -> Any:
        """Return what the revision is of."""
        return getattr(revision, self.owner)

    def document_of(self, revision: Any) -> Any:
        """Return what the revision holds."""
        return getattr(revision, self.document)

    def subject(self, revision: Any) -> Subject:
        """Return what the revision is of, as reviews name it."""
        locale = getattr(revision, "locale", "")
        return Subject(self.word, self.site_of(revision), self.owner_of(revision).pk, locale)

    def live(self, revision: Any) -> Any:
        """Return the revision that is in force where this one would be; none where none is."""
        same = {self.owner: self.owner_of(revision), "status": "live"}
        if hasattr(revision, "locale"):
            same["locale"] = revision.locale
        return self.rows().filter(**same).first()


KINDS = {
    kind.word: kind
    for kind in (
        Kind("segment", SegmentRevision, "segment", "segment__site_id", "condition"),
        Kind("set", SegmentSetRevision, "set", "set__site_id", "document"),
        Kind("stages", StageRulesRevision, "rules", "rules__site_id", "document"),
        Kind("trigger", TriggerRevision, "trigger", "trigger__site_id", "document"),
        Kind("variant", VariantRevision, "variant", "variant__slot__site_id", "content"),
        Kind("slot", SlotRevision, "slot", "slot__site_id", "document"),
        Kind("matrix", MatrixRevision, "matrix", "matrix__slot__site_id", "document"),
    )
}
"""The kinds by the word their addresses use."""


def published(publication: Publication) -> tuple[Kind, Any] | None:
    """Return the kind and the revision a publication is about; none where it has no revisions."""
    kind = KINDS.get(publication.kind.removesuffix(RETIRED))
    return (kind, kind.rows().get(pk=publication.revision_id)) if kind else None
