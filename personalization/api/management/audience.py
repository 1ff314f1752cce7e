"""Attributes, features, segments and profiles in the management API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body, caller
from personalization.api.management.backtesting import Backtested
from personalization.api.management.fields import DocumentField, LiveField, OfSite
from personalization.api.management.operations import PublicationSerializer
from personalization.api.management.people import PEOPLED, Peopled
from personalization.api.management.previewed import PREVIEWED, Previewed
from personalization.api.management.replayed import REPLAYED, Replayed
from personalization.api.management.views import READ, WRITE, Changeable, ScopedViews, Writable
from personalization.api.wishes import segment as wishes
from personalization.features import declaration, wordings
from personalization.features.models import Feature
from personalization.flows import declaring, portrait
from personalization.plant import clock
from personalization.profiles.models import Attribute, Profile
from personalization.segments import drafts
from personalization.segments.models import Segment, SegmentRevision
from personalization.sites.models import Site
from rules import canonical, hierarchies, wording
from rules.errors import InvalidError
from rules.parser import parse_measure
from rules.values import TYPES

PURPOSES = ("necessary", "analytics", "personalization", "marketing")


class AttributeSerializer(OfSite):
    """An entry of the catalogue."""

    type = serializers.ChoiceField(choices=[*TYPES], required=False, allow_blank=True)
    hierarchy = DocumentField(required=False)
    nested = serializers.BooleanField(default=False)
    purpose = serializers.ChoiceField(choices=PURPOSES, default="personalization")

    class Meta:
        model = Attribute
        fields = (
            "id",
            "site",
            "path",
            "label",
            "type",
            "purpose",
            "hierarchy",
            "nested",
            "learned_type",
            "seen",
        )
        read_only_fields = ("learned_type", "seen")

    def validate_hierarchy(self, document: Any) -> Any:
        """Accept children by value, or lines of text from the top down."""
        return hierarchies.parse(document, "/hierarchy")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse values and attributes below one attribute."""
        had = (self.instance.hierarchy, self.instance.nested) if self.instance else ({}, False)
        tree, parent = attrs.get("hierarchy", had[0]), attrs.get("nested", had[1])
        hierarchies.either(tree, parent, "/nested")
        return attrs


class AttributeViews(Writable):
    """The site's catalogue of attributes."""

    queryset = Attribute.objects.select_related("site")
    serializer_class = AttributeSerializer
    filters = {"site": "site__slug", "path": "path"}


class FeatureSerializer(OfSite):
    """A declared feature."""

    measure = DocumentField()
    purpose = serializers.ChoiceField(choices=PURPOSES, default="personalization")
    words = serializers.SerializerMethodField()
    parts = serializers.SerializerMethodField()
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = Feature
        fields = (
            *("id", "site", "name", "label", "measure", "purpose"),
            *("words", "parts", "in_force"),
        )

    def validate_measure(self, document: Any) -> Any:
        """Accept what the language's parser accepts."""
        parse_measure(document, at="/measure")
        return document

    def get_words(self, row: Feature) -> str:
        """Return what it counts, in words."""
        return wording.measure(parse_measure(row.measure))

    def get_parts(self, row: Feature) -> dict[str, str]:
        """Return the aggregate, the filter, the window and the type, in words."""
        return wordings.of(row.measure)._asdict()

    def get_in_force(self, row: Feature) -> bool:
        """Return whether readers see just this measure under the feature's name."""
        return declaration.is_in_force(row)


class FeatureViews(Writable):
    """Features; they come in force together, by ``publish``."""

    queryset = Feature.objects.select_related("site")
    serializer_class = FeatureSerializer
    needs = {**WRITE, "publish": "publisher"}
    filters = {"site": "site__slug", "name": "name"}

    @extend_schema(
        request=None,
        responses=PublicationSerializer,
        parameters=[OpenApiParameter("site", OpenApiTypes.STR, description="the site's slug")],
    )
    @action(detail=False, methods=["post"])
    def publish(self, request: Request) -> Response:
        """Put a site's features in force, filled from the log first (202: being prepared)."""
        site = one_site(request, "viewer")
        if not caller(request).may("publisher", site.pk):
            raise PermissionDenied
        done = declaring.publish(site.pk, caller(request).actor)
        status = 202 if done.state == "preparing" else 200
        return Response(PublicationSerializer(done).data, status=status)


class SegmentRevisionSerializer(serializers.ModelSerializer[SegmentRevision]):
    """A version of a segment."""

    condition = DocumentField()
    stability = DocumentField(required=False)
    words = serializers.SerializerMethodField()

    class Meta:
        model = SegmentRevision
        fields = (
            *("number", "status", "condition", "stability", "note", "words", "author"),
            *("created_at", "published_at"),
        )
        read_only_fields = ("number", "status", "author", "created_at", "published_at")

    def get_words(self, row: SegmentRevision) -> str | None:
        """Return the condition in words."""
        try:
            return wording.words(drafts.check(row.condition))
        except InvalidError:
            return None


class SegmentSerializer(OfSite):
    """A segment; ``condition`` and ``stability`` make its first draft when it is created."""

    condition = DocumentField(write_only=True, required=False)
    stability = DocumentField(write_only=True, required=False)
    live = LiveField()
    newest = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        fields = (
            *("id", "site", "slug", "name", "description", "visible", "live", "newest"),
            *("condition", "stability"),
        )

    def get_newest(self, row: Segment) -> int | None:
        """Return the newest revision's number."""
        return row.revisions.values_list("number", flat=True).first()

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Segment:
        condition = validated_data.pop("condition", None)
        stability = validated_data.pop("stability", {})
        row = Segment.objects.create(**validated_data)
        if condition is not None:
            author = caller(self.context["request"]).actor
            drafts.draft(row, condition, stability, author)
        return row

    def update(self, instance: Segment, validated_data: dict[str, Any]) -> Segment:
        """Change what is not revised; a new condition is a new draft under ``revisions``."""
        if {"condition", "stability"} & set(validated_data):
            raise ValidationError({"condition": "post a new draft to revisions instead"})
        changed: Segment = super().update(instance, validated_data)
        return changed


class SegmentViews(Changeable, Previewed, Backtested, Replayed, Peopled):
    """Segments and their revisions."""

    kind = "segment"
    wish = wishes.read
    needs = {
        **PREVIEWED,
        **REPLAYED,
        **PEOPLED,
        "backtest": "editor",
        "partial_update": "editor",
        "check": "viewer",
    }
    queryset = Segment.objects.select_related("site", "live")
    serializer_class = SegmentSerializer
    revision_serializer = SegmentRevisionSerializer
    filters = {"site": "site__slug", "slug": "slug"}

    def write(self, row: Segment, document: dict[str, Any]) -> SegmentRevision:
        author = caller(self.request).actor
        stability = document.get("stability", {})
        return drafts.draft(row, document["condition"], stability, author, document.get("note", ""))

    @extend_schema(request=SegmentRevisionSerializer, responses=OpenApiTypes.OBJECT)
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Parse a condition without storing it; 422 says where it is wrong."""
        condition = drafts.check(body(request).get("condition"))
        drafts.stability_of(body(request).get("stability", {}))
        said = {"words": wording.words(condition), "canonical": canonical.document(condition)}
        return Response({"valid": True, **said})


class ProfileViews(ScopedViews):
    """Profiles: found by an identity, read whole."""

    queryset = Profile.objects.all()
    needs = READ
    lookup_value_regex = r"[0-9a-fA-F-]{32,36}"
    serializer_class = serializers.Serializer

    @extend_schema(
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR) for name in ("site", "userId", "anonymousId")
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def list(self, request: Request) -> Response:
        """Find a profile by ``?userId=`` or ``?anonymousId=``."""
        asked = request.query_params
        if not (asked.get("userId") or asked.get("anonymousId")):
            raise ValidationError({"userId": "expected userId or anonymousId"})
        site = one_site(request, "viewer")
        found = portrait.find(
            site.pk, user=asked.get("userId", ""), anonymous=asked.get("anonymousId", "")
        )
        results = [{"profile": str(found), "site": site.slug}] if found else []
        return Response({"next": None, "results": results})

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Return everything known of one profile: traits, segments, moves, events, decisions."""
        try:
            profile = UUID(pk)
        except ValueError as fault:
            raise Http404 from fault
        self.kwargs["pk"] = profile
        row = self.get_object()
        return Response(portrait.of(row.site_id, profile, clock.system.now()))


def one_site(request: Request, needed: str) -> Site:
    """Return the site a call without a row is about: named by ``?site=``, or the caller's only."""
    found = a_site(request, needed)
    if found is None:
        raise ValidationError({"site": "expected the slug of a site"})
    return found


def a_site(request: Request, needed: str) -> Site | None:
    """Return the site named by ``?site=``, or the caller's only; none where there are several."""
    sites = caller(request).visible_sites(needed)
    slug = request.query_params.get("site")
    found = list((sites.filter(slug=slug) if slug else sites)[:2])
    if slug and not found:
        raise Http404
    return found[0] if len(found) == 1 else None
