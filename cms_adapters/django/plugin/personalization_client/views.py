"""The plugin's three addresses: content in parts, one entry, and the server's webhooks."""

import hmac

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from personalization_client import connection, contents, hearing
from personalization_client.ledger import Name

LARGEST = 65_536


@never_cache
@require_GET
def listing(request: HttpRequest) -> JsonResponse:
    """Answer a part of all content to the server."""
    if not _is_server(request):
        return _refused(401, "token")
    said = request.GET.get("limit", "")
    limit = int(said) if said.isdecimal() and len(said) < len("99999") else contents.MOST
    told = contents.part(request.GET.get("cursor", ""), limit)
    return JsonResponse({**told, "items": contents.absolute(told["items"], request.scheme or "")})


@never_cache
@require_GET
def entry(request: HttpRequest, external_id: str) -> JsonResponse:
    """Answer one entry as it is now, 404 where it is not published."""
    if not _is_server(request):
        return _refused(401, "token")
    name = Name(request.GET.get("kind", ""), external_id, request.GET.get("locale", ""))
    items = contents.absolute(contents.one(name), request.scheme or "")
    return JsonResponse({"items": items}) if items else _refused(404, "missing")


@csrf_exempt
@never_cache
@require_POST
def hook(request: HttpRequest) -> JsonResponse:
    """Hear the server: verified by its signature, which is why no CSRF token is asked."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _refused(413, "too_large")
    headers = {name.lower(): word for name, word in request.headers.items()}
    try:
        return JsonResponse(hearing.hear(connection.of_request(request), headers, request.body))
    except hearing.Refused as refused:
        return _refused(refused.status, refused.code)


def _is_server(request: HttpRequest) -> bool:
    tokens = connection.of_request(request).token.split()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    matches = [hmac.compare_digest(given.encode(), token.encode()) for token in tokens]
    return scheme.lower() == "bearer" and any(matches)


def _refused(status: int, code: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code}}, status=status)
