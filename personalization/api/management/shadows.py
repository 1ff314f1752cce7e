"""``/api/v1/shadows/``: drafts that decide beside the live matrix without being shown."""

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
from personalization.decisions import contrast
from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.flows import shading
from personalization.plant import clock
from rules.errors import InvalidError

BEGUN = {
    "type": "object",
    "properties": {
        "revision": {"type": "integer", "description": "the id of a draft of a matrix"},
        "share": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 100},
        "lasts": {"type": "string"},
        "most": {"type": "integer", "minimum": 1},
    },
    "required": ["revision"],
}


class ShadowSerializer(serializers.ModelSerializer[Shadow]):
    """A shadow and its report."""

    class Meta:
        model = Shadow
        fields = ("id",)

    def to_representation(self, instance: Shadow) -> dict[str, Any]:
        return contrast.report(instance)


class ShadowViews(Readable):
    """Shadows, newest first, each with its report."""

    needs = {**READ, "create": "editor", "stop": "editor"}
    queryset = Shadow.objects.select_related("revision__matrix__slot")
    serializer_class = ShadowSerializer
    filters = {"site": "site__slug", "slot": "revision__matrix__slot__key"}

    @extend_schema(request={"application/json": BEGUN}, responses={201: OpenApiTypes.OBJECT})
    def create(self, request: Request) -> Response:
        """Let a draft decide in the shadow."""
        told = dict(body(request))
        rows = MatrixRevision.objects.select_related("matrix__slot__site")
        rows = caller(request).scope(rows, "matrix__slot__site_id", "editor")
        number = told.pop("revision", None)
        found = rows.filter(pk=number).first() if isinstance(number, int) else None
        if found is None:
            raise InvalidError("/revision", "unknown", "expected the id of a draft of a matrix")
        made = shading.begin(found, told, caller(request).actor, clock.system)
        return Response(contrast.report(made), status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Stop a shadow; one that is over is answered as it is."""
        row = self.get_object()
        shading.end(row, caller(request).actor, clock.system)
        row.refresh_from_db()
        return Response(contrast.report(row))
