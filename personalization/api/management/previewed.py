"""Revisions whose effect can be counted before they are published."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api import asking
from personalization.api.management.errors import Unavailable
from personalization.api.management.revised import REVISIONS, Revised
from personalization.api.management.workflow import NUMBER

PREVIEWED = {**REVISIONS, "preview": "analyst"}
ASKED = inline_serializer(
    "PreviewAsked", {"task": serializers.CharField(), "subject": serializers.CharField()}
)


class Previewed(Revised):
    """A thing with revisions of which a worker can say how many people they are about."""

    @extend_schema(request=None, responses={202: ASKED})
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/preview")
    def preview(self, request: Request, pk: str, number: str) -> Response:
        """Ask a worker to count; the answer is the newest run of this task and subject."""
        revision = self.numbered(number)
        if not asking.worker("preview", self.kind, revision.pk):
            raise Unavailable
        said = {"task": "preview", "subject": f"{self.kind} {revision.pk}"}
        return Response(said, status=status.HTTP_202_ACCEPTED)
