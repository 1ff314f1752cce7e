"""Tell caches how a page may be kept whose slots the server filled in.

Needed only with ``RENDER = "server"``. A page of which nothing was filled in is left as it is.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from personalization_client import connection

Answer = Callable[[HttpRequest], HttpResponse]


class CacheScope:
    """Middleware: ``Vary`` by the header that names segments, no longer than the decisions hold."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept = getattr(request, "personalization_kept", ())
        if not kept:
            return response
        if any(shown.scope == "public-permutation" for shown in kept):
            patch_vary_headers(response, [connection.of_request(request).segments_header])
        patch_cache_control(response, max_age=min(shown.max_age for shown in kept))
        tags = sorted({tag for shown in kept for tag in shown.tags})
        response.setdefault("Cache-Tag", ",".join(tags))
        return response
