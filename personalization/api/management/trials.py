"""What shadows of matrices and of segments have in common: begun, listed with a report, stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body, caller
from personalization.api.management.views import READ, Readable
from personalization.plant import clock
from rules.errors import InvalidError


def begun(what: str, **most: int) -> dict[str, Any]:
    """Return the shape of what begins a shadow."""
    return {
        "type": "object",
        "properties": {
            "revision": {"type": "integer", "description": f"the id of a draft of a {what}"},
            "share": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 100},
            "lasts": {"type": "string"},
            "most": {"type": "integer", "minimum": 1, **most},
        },
        "required": ["revision"],
    }


class ReportSerializer(serializers.ModelSerializer[Any]):
    """A shadow as its report."""

    report: ClassVar[Callable[[Any], dict[str, Any]]]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return type(self).report(instance)


class TrialViews(Readable):
    """Shadows, newest first, each with its report.

    ``drafts`` are the revisions that may run, ``scope`` leads from one to its site; ``begin`` and
    ``end`` are the flow's.
    """

    needs = {**READ, "create": "editor", "stop": "editor"}
    drafts: ClassVar[QuerySet[Any]]
    scope: ClassVar[str]
    begin: ClassVar[Callable[..., Any]]
    end: ClassVar[Callable[..., Any]]

    def create(self, request: Request) -> Response:
        """Let a draft run in the shadow of what is live."""
        told = dict(body(request))
        rows = caller(request).scope(self.drafts.all(), self.scope, "editor")
        number = told.pop("revision", None)
        found = rows.filter(pk=number).first() if type(number) is int else None
        if found is None:
            raise InvalidError("/revision", "unknown", "expected the id of a draft")
        made = type(self).begin(found, told, caller(request).actor, clock.system)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Stop a shadow; one that is over is answered as it is."""
        row = self.get_object()
        type(self).end(row, caller(request).actor, clock.system)
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
