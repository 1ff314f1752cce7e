"""``POST /v1/preview-tokens``: a link that shows slots as somebody else would see them."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api.management.access import body, caller
from personalization.flows import inviting
from personalization.flows.inviting import Wish
from personalization.plant import clock
from personalization.sites.models import Site

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
        site = _site(request, told.pop("site", None))
        lasts, url = told.pop("lasts", None), told.pop("url", None)
        wish = Wish(told, lasts, url)
        made = inviting.invite(site, wish, caller(request).actor, clock.system)
        return Response(made, status=status.HTTP_201_CREATED)


def _site(request: Request, slug: object) -> Site:
    """Return the site meant; one who has several says which."""
    rows = caller(request).visible_sites("editor")
    found = list((rows.filter(slug=str(slug)) if slug else rows)[:2])
    if not found:
        raise PermissionDenied
    if len(found) > 1:
        raise ValidationError({"site": "expected the slug of one of your sites"})
    return found[0]
