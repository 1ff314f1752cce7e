"""Sets of segments in the management API: drafted, looked at, published, rolled back."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body, caller
from personalization.api.management.fields import DocumentField, LiveField, OfSite
from personalization.api.management.previewed import PREVIEWED, Previewed
from personalization.api.management.views import Changeable
from personalization.segments import sets
from personalization.segments.models import SegmentSet, SegmentSetRevision
from rules import rankings


class SegmentSetRevisionSerializer(serializers.ModelSerializer[SegmentSetRevision]):
    """A version of a set of segments."""

    document = DocumentField()
    stability = DocumentField(required=False)
    words = serializers.SerializerMethodField()

    class Meta:
        model = SegmentSetRevision
        fields = (
            *("number", "status", "document", "stability", "note", "words", "author"),
            *("created_at", "published_at"),
        )
        read_only_fields = ("number", "status", "author", "created_at", "published_at")

    def get_words(self, row: SegmentSetRevision) -> str:
        """Return the members in words."""
        return sets.words(row.document)


class SegmentSetSerializer(OfSite):
    """A set of segments; its documents stand under ``revisions``."""

    live = LiveField()
    newest = serializers.SerializerMethodField()

    class Meta:
        model = SegmentSet
        fields = ("id", "site", "slug", "name", "description", "visible", "live", "newest")

    def get_newest(self, row: SegmentSet) -> int | None:
        """Return the newest revision's number."""
        return row.revisions.values_list("number", flat=True).first()


class SegmentSetViews(Changeable, Previewed):
    """Sets of segments and their revisions."""

    kind = "set"
    needs = {**PREVIEWED, "partial_update": "editor", "check": "viewer"}
    queryset = SegmentSet.objects.select_related("site", "live")
    serializer_class = SegmentSetSerializer
    revision_serializer = SegmentSetRevisionSerializer
    filters = {"site": "site__slug", "slug": "slug"}

    def write(self, row: SegmentSet, document: dict[str, Any]) -> SegmentSetRevision:
        author, stability = caller(self.request).actor, document.get("stability", {})
        return sets.draft(row, document["document"], stability, author, document.get("note", ""))

    @extend_schema(request=SegmentSetRevisionSerializer, responses=OpenApiTypes.OBJECT)
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Parse a set without storing it; 422 says where it is wrong."""
        ranking = sets.check(body(request).get("document"))
        sets.stability_check(body(request).get("stability", {}))
        said = {"members": ranking.names, "words": rankings.words(ranking)}
        return Response({"valid": True, **said, "canonical": rankings.document(ranking)})
