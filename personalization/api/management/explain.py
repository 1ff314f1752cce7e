"""``POST /api/v1/explain``: why somebody sees what they see, row by row."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api.management.access import body
from personalization.api.management.sited import site_of
from personalization.flows import explanation
from personalization.plant import clock

ASKED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "site": {"type": "string"},
        "slot": {"type": "string"},
        "visitor": {
            "type": "object",
            "properties": {
                "userId": {"type": "string"},
                "anonymousId": {"type": "string"},
                "profile": {"type": "string", "format": "uuid"},
            },
        },
        "decision": {"type": "integer"},
        "test": {"type": "object"},
        "at": {"type": "string", "format": "date-time"},
        "matrix": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "context": {"type": "object"},
        "locale": {"type": "string"},
    },
}


class ExplainView(APIView):
    """Explains."""

    needs = {"post": "viewer"}

    @extend_schema(
        operation_id="explain",
        request={"application/json": ASKED},
        responses={200: OpenApiTypes.OBJECT},
        description="Why a visitor, a test profile or a stored decision shows what it shows.",
    )
    def post(self, request: Request) -> Response:
        """Explain."""
        told = dict(body(request))
        site = site_of(request, told.pop("site", None), "viewer")
        return Response(explanation.explain(site, told, clock.system))
