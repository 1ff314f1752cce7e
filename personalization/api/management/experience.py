"""Slots, variants and matrices in the management API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body, caller
from personalization.api.management.audience import a_site
from personalization.api.management.fields import DocumentField, LiveField, OfSite, SlotField
from personalization.api.management.filed import FILED, Filed
from personalization.api.management.people import PEOPLED, Peopled
from personalization.api.management.previewed import PREVIEWED, Previewed
from personalization.api.management.replayed import REPLAYED, Replayed
from personalization.api.management.revised import REVISIONS, Revised
from personalization.api.management.shown import SHOWN, Showable
from personalization.api.management.views import Changeable
from personalization.api.wishes import matrix as wishes
from personalization.content import drafts as contents
from personalization.content import slots
from personalization.content.models import Slot, SlotRevision, Variant, VariantRevision
from personalization.decisions import drafts, table
from personalization.decisions.models import Matrix, MatrixRevision
from personalization.flows import inspection


class SlotSerializer(OfSite):
    """A place on a page; key and schema are given once."""

    fallback = serializers.ListField(child=serializers.SlugField(max_length=80), required=False)
    live_revision = LiveField()

    class Meta:
        model = Slot
        fields = (
            *("id", "site", "key", "name", "schema", "is_list", "fallback", "swap", "ttl"),
            *("enabled", "live_revision"),
        )

    def update(self, instance: Slot, validated_data: dict[str, Any]) -> Slot:
        """Change its name; what is revised is a new draft under ``revisions``."""
        if {"key", "schema"} & set(validated_data):
            raise ValidationError({"key": "key and schema of a slot cannot be changed"})
        if revised := sorted({*slots.REVISED} & set(validated_data)):
            raise ValidationError({revised[0]: "post a new draft to revisions instead"})
        changed: Slot = super().update(instance, validated_data)
        return changed


class SlotRevisionSerializer(serializers.ModelSerializer[SlotRevision]):
    """A version of a slot: its fallback, swap policy, seconds kept and switch."""

    document = DocumentField()

    class Meta:
        model = SlotRevision
        fields = ("number", "status", "document", "note", "author", "created_at", "published_at")
        read_only_fields = ("number", "status", "author", "created_at", "published_at")


class SlotViews(Changeable, Revised):
    """Slots and their revisions; a draft's document names what is to be otherwise."""

    kind = "slot"
    queryset = Slot.objects.select_related("site", "live")
    serializer_class = SlotSerializer
    revision_serializer = SlotRevisionSerializer
    needs = {**REVISIONS, "partial_update": "editor"}
    filters = {"site": "site__slug", "key": "key"}

    def write(self, row: Slot, document: dict[str, Any]) -> SlotRevision:
        author = caller(self.request).actor
        return slots.draft(row, document["document"], author, document.get("note", ""))


class VariantRevisionSerializer(serializers.ModelSerializer[VariantRevision]):
    """A version of a variant in one locale."""

    content = DocumentField()
    locale = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")

    class Meta:
        model = VariantRevision
        fields = ("number", "locale", "status", "content", "author", "created_at", "published_at")
        read_only_fields = ("number", "status", "author", "created_at", "published_at")


class VariantSerializer(serializers.ModelSerializer[Variant]):
    """A variant; ``content`` and ``locale`` make its first draft when it is created."""

    site = serializers.CharField(source="slot.site.slug", read_only=True)
    slot = SlotField()
    content = DocumentField(write_only=True, required=False)
    locale = serializers.CharField(write_only=True, max_length=20, required=False, default="")
    live = serializers.SerializerMethodField()
    newest = serializers.SerializerMethodField()

    class Meta:
        model = Variant
        fields = (
            *("id", "site", "slot", "slug", "name", "enabled", "live", "newest"),
            *("content", "locale"),
        )

    def get_live(self, row: Variant) -> dict[str, int]:
        """Return the live revision's number in each locale."""
        rows = row.revisions.filter(status=VariantRevision.Status.LIVE)
        return dict(rows.values_list("locale", "number"))

    def get_newest(self, row: Variant) -> dict[str, int]:
        """Return the newest revision's number in each locale."""
        return dict(row.revisions.order_by("number").values_list("locale", "number"))

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Variant:
        content, locale = validated_data.pop("content", None), validated_data.pop("locale", "")
        row = Variant.objects.create(**validated_data)
        if content is not None:
            contents.draft(row, content, caller(self.context["request"]).actor, locale)
        return row

    def update(self, instance: Variant, validated_data: dict[str, Any]) -> Variant:
        """Change name and enabled; new content is a new draft under ``revisions``."""
        if {"content", "slot", "slug"} & set(validated_data):
            raise ValidationError({"content": "post a new draft to revisions; slot and slug stay"})
        validated_data.pop("locale", None)
        changed: Variant = super().update(instance, validated_data)
        return changed


class VariantViews(Changeable, Showable):
    """Variants and their revisions by locale."""

    kind = "variant"
    site_path = "slot__site_id"
    queryset = Variant.objects.select_related("slot__site")
    serializer_class = VariantSerializer
    revision_serializer = VariantRevisionSerializer
    needs = {**SHOWN, "partial_update": "editor"}
    filters = {"site": "slot__site__slug", "slot": "slot__key", "slug": "slug"}

    def write(self, row: Variant, document: dict[str, Any]) -> VariantRevision:
        author = caller(self.request).actor
        return contents.draft(row, document["content"], author, document["locale"])


class MatrixRevisionSerializer(serializers.ModelSerializer[MatrixRevision]):
    """A version of a matrix document."""

    document = DocumentField()

    class Meta:
        model = MatrixRevision
        fields = ("number", "status", "document", "note", "author", "created_at", "published_at")
        read_only_fields = ("number", "status", "author", "created_at", "published_at")


class MatrixSerializer(serializers.ModelSerializer[Matrix]):
    """The matrix of a slot; ``document`` makes its first draft when it is created."""

    site = serializers.CharField(source="slot.site.slug", read_only=True)
    slot = SlotField()
    document = DocumentField(write_only=True, required=False)
    live = LiveField()
    newest = serializers.SerializerMethodField()

    class Meta:
        model = Matrix
        fields = ("id", "site", "slot", "live", "newest", "document")

    def get_newest(self, row: Matrix) -> int | None:
        """Return the newest revision's number."""
        return row.revisions.values_list("number", flat=True).first()

    def validate_slot(self, slot: Slot) -> Slot:
        """Accept a slot that has no matrix yet."""
        if Matrix.objects.filter(slot=slot).exists():
            raise serializers.ValidationError("this slot has a matrix already")
        return slot

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Matrix:
        document = validated_data.pop("document", None)
        row = Matrix.objects.create(**validated_data)
        if document is not None:
            drafts.draft(row, document, caller(self.context["request"]).actor)
        return row


class MatrixViews(Previewed, Replayed, Peopled, Filed):
    """Matrices and their revisions."""

    kind = "matrix"
    wish = wishes.read
    site_path = "slot__site_id"
    queryset = Matrix.objects.select_related("slot__site", "live")
    serializer_class = MatrixSerializer
    revision_serializer = MatrixRevisionSerializer
    needs = {**PREVIEWED, **REPLAYED, **PEOPLED, **FILED, "check": "viewer"}
    filters = {"site": "slot__site__slug", "slot": "slot__key"}

    def write(self, row: Matrix, document: dict[str, Any]) -> MatrixRevision:
        author = caller(self.request).actor
        return drafts.draft(row, document["document"], author, document.get("note", ""))

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses=OpenApiTypes.OBJECT,
        parameters=[OpenApiParameter("site", OpenApiTypes.STR, description="the site's slug")],
    )
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Parse a matrix document without storing it; 422 says where it is wrong.

        ``findings`` are what the checker says of it: rows nobody reaches, overlaps, gaps. It knows
        the attributes and segments of the site named by ``?site=``, or of the caller's only one.
        """
        document = body(request).get("document")
        parsed = drafts.check(document)
        site = a_site(request, "viewer")
        found = inspection.remarks(site.pk, document) if site else drafts.findings(parsed)
        return Response({"valid": True, "table": asdict(table.of(document)), "findings": found})
