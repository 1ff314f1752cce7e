"""``POST /api/v1/timeline``: what somebody did, their segments, and what each slot showed."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api.management.access import body
from personalization.api.management.explain import ASKED as EXPLAINED
from personalization.api.management.sited import site_of
from personalization.flows import diary
from personalization.plant import clock

_SHARED = ("site", "visitor", "test", "context", "locale")
_INSTANT = {"type": "string", "format": "date-time"}
ASKED = {
    "type": "object",
    "properties": {
        **{name: EXPLAINED["properties"][name] for name in _SHARED},
        "since": _INSTANT,
        "until": _INSTANT,
        "draft": {"type": "boolean"},
    },
}


class TimelineView(APIView):
    """Tells a journey."""

    needs = {"post": "viewer"}

    @extend_schema(
        operation_id="timeline",
        request={"application/json": ASKED},
        responses={200: OpenApiTypes.OBJECT},
        description="A visitor's journey: a bar for each segment, a step for each change.",
    )
    def post(self, request: Request) -> Response:
        """Tell it."""
        told = dict(body(request))
        site = site_of(request, told.pop("site", None), "viewer")
        return Response(diary.write(site, told, clock.system))
