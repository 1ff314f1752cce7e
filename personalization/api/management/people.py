"""Questions about the people of a draft: how many, who, and who would see something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import redis
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api import asking
from personalization.api.management.access import body, caller
from personalization.api.management.errors import Unavailable
from personalization.api.management.revised import Revised
from rules.errors import InvalidError

PEOPLED = {"people": "viewer"}
WAITING = {
    "type": "object",
    "properties": {"waiting": {"type": "boolean", "enum": [True]}},
    "required": ["waiting"],
}


class Peopled(Revised):
    """A thing of whose drafts it can be asked whom they are about; ``wish`` reads a question."""

    wish: ClassVar[Callable[[object, Any], dict[str, Any]]]

    @extend_schema(
        request={"application/json": OpenApiTypes.OBJECT},
        responses={200: OpenApiTypes.OBJECT, 202: WAITING},
    )
    @action(detail=True, methods=["post"])
    def people(self, request: Request, pk: str) -> Response:
        """Ask about people; 202 while nobody knows yet: ask the same again, a second later.

        Of one caller the newest question of a kind is answered; who asks several at a time gives
        each a ``page_id`` of its own. An answer says how it was found out, and how old it is.
        """
        wish = type(self).wish({"page_id": "", **body(request)}, self.get_object())
        try:
            told = asking.people(f"{self.kind} {pk}", f"api {caller(request).actor}", wish)
        except redis.RedisError as fault:
            raise Unavailable from fault
        if told is None:
            later = {"Retry-After": "1"}
            return Response({"waiting": True}, status=status.HTTP_202_ACCEPTED, headers=later)
        if wrong := told.get("error"):
            raise InvalidError(wrong["at"], wrong["code"], wrong["message"])
        return Response(told)
