"""Every failure of the management API in the one error shape: code, message, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import ProtectedError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from rules.errors import InvalidError

CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    428: "precondition_required",
    429: "too_many",
    503: "unavailable",
}


class Conflict(exceptions.APIException):
    """Somebody else changed it meanwhile."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "it was changed meanwhile; read it again"
    default_code = "conflict"


class PreconditionRequired(exceptions.APIException):
    """A change must say which version it changes."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "send If-Match with the ETag you read, or If-Match: *"
    default_code = "precondition_required"


class Unavailable(exceptions.APIException):
    """What would do it cannot be reached."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "the workers cannot be reached; ask again later"
    default_code = "unavailable"


def answer(
    exc: Exception,
    context: Mapping[str, Any],  # noqa: ARG001 -- as DRF calls it
) -> Response | None:
    """Return the failure's answer; None leaves it to Django (a 500 that is logged)."""
    exc = _known(exc)
    if isinstance(exc, InvalidError):
        set_rollback()
        return shape(422, exc.message, code=exc.code, at=exc.at)
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    headers = _headers(exc)
    if isinstance(exc, exceptions.ValidationError):
        at, message, code = _first(exc.detail, exc.get_codes())
        return shape(422, message, code=code, at=at, headers=headers)
    at = getattr(exc, "at", "")
    return shape(exc.status_code, str(exc.detail), at=at, headers=headers)


def shape(
    status_code: int,
    message: str,
    *,
    code: str = "",
    at: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer in the shape every client of this server knows."""
    error = {"code": code or CODES.get(status_code, "error"), "message": message, "at": at}
    return Response({"error": error}, status=status_code, headers=dict(headers or {}))


def _known(exc: Exception) -> Exception:
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, OperationalError):
        return Unavailable("the database does not answer; ask again later")
    if isinstance(exc, ProtectedError):
        return Conflict("it is in use: " + ", ".join(sorted(map(str, exc.protected_objects))[:10]))
    return exc


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _first(detail: Any, codes: Any, at: str = "") -> tuple[str, str, str]:
    """Return pointer, message and code of the first fault in DRF's nested detail."""
    if isinstance(detail, Mapping) and detail:
        name = next(iter(detail))
        inner = at if name == "non_field_errors" else f"{at}/{name}"
        return _first(detail[name], codes[name], inner)
    if isinstance(detail, Sequence) and not isinstance(detail, str) and detail:
        index = next(i for i, part in enumerate(detail) if part)
        nested = isinstance(detail[index], Mapping)
        return _first(detail[index], codes[index], f"{at}/{index}" if nested else at)
    return at, str(detail), str(codes)
