"""What a page's script and the server tell each other: JSON both ways, a fault with its place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import Any

import orjson
import redis
from django.http import HttpRequest, HttpResponse, JsonResponse

from personalization.api import asking
from personalization.api.desk.gate import View
from personalization.sites import faults
from personalization.sites.scoped import caller
from rules.errors import InvalidError

LONGEST = 8_000_000
"""Bytes a script may send; a matrix of a thousand rows has some of these megabytes."""


def heard(request: HttpRequest) -> Any:
    """Return what a script sent, or raise ``InvalidError`` where it is no JSON or too much.

    Signs that no database takes are left in: unsaved work keeps them, documents refuse them.
    """
    if len(request.body) > LONGEST:
        raise InvalidError("", "too_large", f"expected at most {LONGEST} bytes")
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as fault:
        raise InvalidError("", "json", "expected JSON") from fault


def answering(view: View) -> View:
    """Let a view's ``InvalidError`` be answered with 422, in the reader's language."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except InvalidError as fault:
            return JsonResponse({"error": faults.coded(fault)}, status=422)

    return answered


def counted(request: HttpRequest, thing: str, wish: Mapping[str, Any]) -> JsonResponse:
    """Ask the process that counts; ``waiting`` until it has answered: ask the same again."""
    try:
        told = asking.people(thing, caller(request).actor, wish)
    except redis.RedisError:
        return JsonResponse({"error": {"code": "away", "message": "no cache"}}, status=503)
    return JsonResponse({"waiting": True} if told is None else faults.aloud(told))
