"""``/api/v1/segment-shadows/``: drafts of segments that run beside what is live."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body, caller
from personalization.api.management.views import READ, Readable
from personalization.flows import casting
from personalization.plant import clock
from personalization.segments import watching
from personalization.segments.models import SegmentRevision
from personalization.segments.shadows import SegmentShadow
from rules.errors import InvalidError

BEGUN = {
    "type": "object",
    "properties": {
        "revision": {"type": "integer", "description": "the id of a draft of a segment"},
        "share": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 100},
        "lasts": {"type": "string"},
        "most": {"type": "integer", "minimum": 1, "maximum": watching.MOST_PEOPLE},
    },
    "required": ["revision"],
}


class SegmentShadowSerializer(serializers.ModelSerializer[SegmentShadow]):
    """A segment's shadow and its report."""

    class Meta:
        model = SegmentShadow
        fields = ("id",)

    def to_representation(self, instance: SegmentShadow) -> dict[str, Any]:
        return watching.report(instance)


class SegmentShadowViews(Readable):
    """Shadows of segments, newest first, each with its report."""

    needs = {**READ, "create": "editor", "stop": "editor"}
    queryset = SegmentShadow.objects.select_related("revision__segment__site")
    serializer_class = SegmentShadowSerializer
    filters = {"site": "site__slug", "segment": "revision__segment__slug"}

    @extend_schema(request={"application/json": BEGUN}, responses={201: OpenApiTypes.OBJECT})
    def create(self, request: Request) -> Response:
        """Let a draft of a segment run in the shadow."""
        told = dict(body(request))
        rows = SegmentRevision.objects.select_related("segment__site")
        rows = caller(request).scope(rows, "segment__site_id", "editor")
        number = told.pop("revision", None)
        found = rows.filter(pk=number).first() if type(number) is int else None
        if found is None:
            raise InvalidError("/revision", "unknown", "expected the id of a draft of a segment")
        made = casting.begin(found, told, caller(request).actor, clock.system)
        return Response(watching.report(made), status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Stop a shadow; one that is over is answered as it is."""
        row = self.get_object()
        casting.end(row, caller(request).actor, clock.system)
        row.refresh_from_db()
        return Response(watching.report(row))
