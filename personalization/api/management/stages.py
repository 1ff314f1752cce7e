"""Stage rules in the management API: drafted, looked at, published, rolled back."""

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
from personalization.api.management.revised import REVISIONS, Revised
from personalization.segments import stages
from personalization.segments.models import StageRules, StageRulesRevision
from rules.inference.document import document


class StageRulesRevisionSerializer(serializers.ModelSerializer[StageRulesRevision]):
    """A version of a site's stage rules."""

    document = DocumentField()
    words = serializers.SerializerMethodField()

    class Meta:
        model = StageRulesRevision
        fields = (
            *("number", "status", "document", "note", "words", "author"),
            *("created_at", "published_at"),
        )
        read_only_fields = ("number", "status", "author", "created_at", "published_at")

    def get_words(self, row: StageRulesRevision) -> str:
        """Return the rules in words."""
        return stages.words(row.document)


class StageRulesSerializer(OfSite):
    """A site's stage rules; their documents stand under ``revisions``."""

    live = LiveField()
    newest = serializers.SerializerMethodField()

    class Meta:
        model = StageRules
        fields = ("id", "site", "name", "live", "newest")

    def create(self, validated_data: dict[str, Any]) -> StageRules:
        """Make a site's stage rules, where it has none."""
        if StageRules.objects.filter(site=validated_data["site"]).exists():
            raise serializers.ValidationError({"site": "expected a site without stage rules"})
        return StageRules.objects.create(**validated_data)

    def get_newest(self, row: StageRules) -> int | None:
        """Return the newest revision's number."""
        return row.revisions.values_list("number", flat=True).first()


class StageRulesViews(Revised):
    """Rules that conclude a person's stage and next best action; one set of them a site."""

    kind = "stages"
    needs = {**REVISIONS, "check": "viewer"}
    queryset = StageRules.objects.select_related("site", "live")
    serializer_class = StageRulesSerializer
    revision_serializer = StageRulesRevisionSerializer
    filters = {"site": "site__slug"}

    def write(self, row: StageRules, document: dict[str, Any]) -> StageRulesRevision:
        author = caller(self.request).actor
        return stages.draft(row, document["document"], author, document.get("note", ""))

    @extend_schema(request=StageRulesRevisionSerializer, responses=OpenApiTypes.OBJECT)
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Parse rules without storing them; 422 says where they are wrong."""
        program = stages.check(body(request).get("document"))
        said = {"concludes": program.attributes, "canonical": document(program)}
        return Response({"valid": True, **said})
