"""``POST /v1/preview-tokens``: a link that shows slots as somebody else would see them."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api.management.access import body, caller
from personalization.api.management.sited import site_of
from personalization.flows import inviting
from personalization.flows.inviting import Wish
from personalization.plant import clock

ASKED = {
    "type": "object",
    "properties": {
        "segments": {"type": "array", "items": {"type": "string"}},
        "traits": {"type": "object"},
        "events": {"type": "array", "items": {"type": "object"}},
        "at": {"type": "string", "format": "date-time"},
        "draft": {"type": "boolean"},
        "matrices": {"type": "object", "additionalProperties": {"type": "integer"}},
        "lasts": {"type": "string"},
        "url": {"type": "string"},
        "site": {"type": "string"},
    },
}


class PreviewTokenView(APIView):
    """Mints preview tokens."""

    needs = {"post": "editor"}

    @extend_schema(
        operation_id="create_preview_token",
        request={"application/json": ASKED},
        responses={201: OpenApiTypes.OBJECT},
        description="A token that shows slots as any set of segments, or as a test profile.",
    )
    def post(self, request: Request) -> Response:
        """Mint one."""
        told = dict(body(request))
        site = site_of(request, told.pop("site", None), "editor")
        lasts, url = told.pop("lasts", None), told.pop("url", None)
        wish = Wish(told, lasts, url)
        made = inviting.invite(site, wish, caller(request).actor, clock.system)
        return Response(made, status=status.HTTP_201_CREATED)
