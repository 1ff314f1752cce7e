"""Lists in the management API: made, uploaded, computed, compared, put in force."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import IO, Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api import asking
from personalization.api.management.access import caller
from personalization.api.management.errors import Unavailable
from personalization.api.management.fields import DocumentField, InstantField, LiveField, SiteField
from personalization.api.management.views import READ, Creatable, Readable
from personalization.api.management.workflow import NUMBER
from personalization.flows import listing
from personalization.plant import clock
from personalization.segments import rolls
from personalization.segments.lists import ListVersion, SegmentList
from rules import expect

PIECE = 1 << 16

LONGEST_NOTE = 300


class CSVParser(BaseParser):
    """``text/csv``, read piece by piece."""

    media_type = "text/csv"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body's pieces."""
        return iter(partial(stream.read, PIECE), b"")


class ListVersionSerializer(serializers.ModelSerializer[ListVersion]):
    """A version of a list."""

    created_at = InstantField()

    class Meta:
        model = ListVersion
        fields = (
            *("number", "origin", "by", "state", "count", "repeated", "added", "removed"),
            *("faulty", "faults", "author", "note", "created_at"),
        )


class ListSerializer(serializers.ModelSerializer[SegmentList]):
    """A list: its segment, the version in force, and how far people are told of it."""

    id = serializers.IntegerField(source="pk", read_only=True)
    site = SiteField(source="segment.site", required=False)
    slug = serializers.SlugField(source="segment.slug", max_length=80)
    name = serializers.CharField(source="segment.name", max_length=120)
    condition = DocumentField(required=False, allow_null=True)
    every = serializers.CharField(required=False, allow_null=True)
    live = LiveField()

    class Meta:
        model = SegmentList
        fields = (
            *("id", "site", "slug", "name", "condition", "every", "live", "applying", "done"),
            "total",
        )
        read_only_fields = ("applying", "done", "total")

    def create(self, validated_data: dict[str, Any]) -> SegmentList:
        """Make the list and put its segment in force."""
        told = dict(validated_data["segment"])
        sites = list(caller(self.context["request"]).visible_sites("publisher")[:2])
        site = told.get("site") or (sites[0] if len(sites) == 1 else None)
        if site is None:
            raise serializers.ValidationError({"site": "expected the slug of a site"})
        told["every"] = validated_data.get("every")
        actor = caller(self.context["request"]).actor
        condition = validated_data.get("condition")
        return listing.found(site.pk, told, actor, clock.system, condition)


class UseAsked(serializers.Serializer[Any]):
    """Whether a freeze is overridden, by whoever may."""

    overrides = serializers.BooleanField(required=False, default=False)


class ListViews(Creatable, Readable):
    """Lists: segments whose members somebody named, or who were so at an instant."""

    site_path = "segment__site_id"
    queryset = SegmentList.objects.select_related("segment__site", "live")
    serializer_class = ListSerializer
    filters = {"site": "segment__site__slug", "slug": "segment__slug"}
    needs = {
        **READ,
        **dict.fromkeys(("create", "upload", "use", "compute"), "publisher"),
        **dict.fromkeys(("versions", "compare"), "viewer"),
    }

    @extend_schema(request={"text/csv": OpenApiTypes.STR}, responses=ListVersionSerializer)
    @action(detail=True, methods=["post"], parser_classes=[CSVParser])
    def upload(self, request: Request, pk: str) -> Response:
        """Take a CSV file in as the next version; 422 lists its faults, and nothing was taken."""
        roll, actor = self.get_object(), caller(request).actor
        pieces: Any = request.data
        note = expect.text(request.query_params.get("note", ""), "/note", LONGEST_NOTE, 0)
        version = rolls.upload(roll, pieces, actor, note, clock.system.now())
        failed = version.state == ListVersion.State.FAILED
        code = status.HTTP_422_UNPROCESSABLE_ENTITY if failed else status.HTTP_201_CREATED
        self.remember("uploaded", roll, version=version.number, state=version.state)
        return Response(ListVersionSerializer(version).data, status=code)

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def compute(self, request: Request, pk: str) -> Response:
        """Ask a worker to compute the list anew and put it in force."""
        roll = self.get_object()
        if roll.condition is None:
            raise serializers.ValidationError({"condition": "expected a list that is computed"})
        if not asking.worker("compute_list", roll.pk):
            raise Unavailable
        return Response({"task": f"list {roll.pk}"}, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=ListVersionSerializer(many=True))
    @action(detail=True, methods=["get"])
    def versions(self, request: Request, pk: str) -> Response:
        """List the versions, newest first."""
        page = self.paginate_queryset(self.get_object().versions.all())
        return self.get_paginated_response(ListVersionSerializer(page, many=True).data)

    @extend_schema(request=UseAsked, responses=ListSerializer)
    @action(detail=True, methods=["post"], url_path=f"versions/{NUMBER}/use")
    def use(self, request: Request, pk: str, number: str) -> Response:
        """Put a version in force, a newer or an older one; people are told in the background."""
        version = get_object_or_404(self.get_object().versions, number=int(number))
        asked = UseAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        who, overrides = caller(request), asked.validated_data["overrides"]
        if overrides and not who.may("override", version.roll.segment.site_id):
            raise PermissionDenied
        listing.put_in_force(version, who.actor, clock.system, overrides=overrides)
        return Response(self.shown_now(), status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        parameters=[OpenApiParameter("to", OpenApiTypes.INT, description="the other version")],
    )
    @action(detail=True, methods=["get"], url_path=f"versions/{NUMBER}/compare")
    def compare(self, request: Request, pk: str, number: str) -> Response:
        """Count what changed from one version to another, the one in force unless named."""
        roll = self.get_object()
        to = request.query_params.get("to", "")
        one = get_object_or_404(roll.versions, number=int(number))
        named = {"number": int(to[:9])} if to.isdecimal() else {"pk": roll.live_id}
        other = get_object_or_404(roll.versions, **named)
        return Response(rolls.compare(one, other)._asdict())

    def shown_now(self) -> Any:
        """Return the list as it is by now."""
        return self.serializer_class(self.get_object(), context=self.get_serializer_context()).data
