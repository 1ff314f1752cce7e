"""The decision through Django REST framework: the same question, the same code, the same answer."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api import decide, wire
from personalization.api.management.access import body
from personalization.sites import keys


class DecideView(APIView):
    """Answers whoever brings a site's key, in the body or as Bearer."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    needs = {"post": "key"}

    @extend_schema(
        operation_id="decide_through_drf",
        request=OpenApiTypes.OBJECT,
        responses=OpenApiTypes.OBJECT,
        description="The same decision as POST /v1/decide, for integrators who live here.",
    )
    def post(self, request: Request) -> Response:
        """Decide."""
        given = {name.lower().encode(): value.encode() for name, value in request.headers.items()}
        asked: dict[str, Any] = body(request)
        try:
            access = _admitted(asked, given)
            found = async_to_sync(decide.answer)(access, asked, given)
            private = {"Cache-Control": "no-store"} if found.get("preview") else {}
            return Response(found, headers=private)
        except wire.Refused as refused:
            response = Response(refused.document(), status=refused.status)
            if refused.retry_after is not None:
                response.headers["Retry-After"] = str(refused.retry_after)
            return response


def _admitted(asked: dict[str, Any], given: dict[bytes, bytes]) -> keys.Access:
    """Return what the key opens; a key this process has not seen is looked for once more."""
    try:
        return decide.admitted(asked, given)
    except wire.Refused as refused:
        if refused.status not in {401, 503}:  # no such key, or not all keys known yet
            raise
    keys.ring.refresh()
    return decide.admitted(asked, given)
