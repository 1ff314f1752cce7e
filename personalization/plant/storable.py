"""What an address asks for can be stored: PostgreSQL takes a zero byte in no text."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

from personalization.plant.csp import PATHS


class StorableQuery:
    """Reads a zero byte below ``PATHS`` as any byte that is no letter is read: as U+FFFD."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what can be stored."""
        if request.path.startswith(PATHS):
            said = request.GET.urlencode()
            if "%00" in said:
                request.GET = QueryDict(said.replace("%00", "%EF%BF%BD"))
        return self.get_response(request)
