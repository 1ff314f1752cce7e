"""Revisions in the management API: drafted, looked at, published, rolled back; never edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.views import READ, Creatable, Deletable, Readable, etag
from personalization.api.management.workflow import LOCALE, NUMBER, WORKFLOW, Workflow
from personalization.flows import comparing
from personalization.flows.kinds import KINDS

REVISIONS = {
    **READ,
    **WORKFLOW,
    "create": "editor",
    "destroy": "owner",
    "revisions": "viewer",
    "draft": "editor",
    "revision": "viewer",
    "difference": "viewer",
}


class DifferenceSerializer(serializers.Serializer[Any]):
    """What a revision changes, of which revision in force; null is the one before it."""

    against = serializers.IntegerField(allow_null=True)
    said = serializers.ListField(child=serializers.CharField())


class Revised(Workflow, Creatable, Deletable, Readable):
    """A thing with revisions; ``kind`` is its word, ``revision_serializer`` shows a revision."""

    needs: Mapping[str, str] = REVISIONS
    kind = ""
    revision_serializer: type[serializers.BaseSerializer[Any]]

    def get_serializer_class(self) -> Any:
        """Return the serializer of what the action is about."""
        if self.action in {"revisions", "draft", "revision"}:
            return self.revision_serializer
        return super().get_serializer_class()

    def write(self, row: Any, document: dict[str, Any]) -> Any:
        """Write the document as a new draft of the row and return the revision."""
        raise TypeError(f"{type(self).__name__} does not say how to draft {row} from {document}")

    @action(detail=True, methods=["get"])
    def revisions(self, request: Request, pk: str) -> Response:
        """List the revisions, newest first."""
        page = self.paginate_queryset(self.get_object().revisions.all())
        return self.get_paginated_response(self.revision_serializer(page, many=True).data)

    @revisions.mapping.post
    @transaction.atomic
    def draft(self, request: Request, pk: str) -> Response:
        """Write a new draft on top of the version named by If-Match."""
        row = self.current()
        given = self.revision_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        revision = self.write(row, given.validated_data)
        diff = comparing.drafted(KINDS[self.kind], revision)
        self.remember("drafted", row, number=revision.number, diff=diff)
        fresh = etag(self.shown(self.get_object()))
        data = self.revision_serializer(revision).data
        return Response(data, status=201, headers={"ETag": fresh})

    @extend_schema(parameters=[LOCALE])
    @action(detail=True, methods=["get"], url_path=f"revisions/{NUMBER}")
    def revision(self, request: Request, pk: str, number: str) -> Response:
        """Return one revision."""
        return Response(self.revision_serializer(self.numbered(number)).data)

    @extend_schema(responses=DifferenceSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["get"], url_path=f"revisions/{NUMBER}/difference")
    def difference(self, request: Request, pk: str, number: str) -> Response:
        """Say in words what a revision changes of what is in force; of the one before, if it is."""
        revision, kind = self.numbered(number), KINDS[self.kind]
        live = kind.live(revision)
        if live is None or live.pk == revision.pk:
            told = {"against": None, "said": comparing.drafted(kind, revision)}
        else:
            said = comparing.differences(kind, live, revision)
            told = {"against": live.number, "said": said}
        return Response(DifferenceSerializer(told).data)

    def numbered(self, number: str) -> Any:
        """Return the revision of this number, of the locale asked for; 404 where there is none."""
        named: dict[str, object] = {"number": int(number)}
        if self.kind == "variant":
            named["locale"] = self.request.query_params.get("locale", "")
        return get_object_or_404(self.get_object().revisions, **named)
