"""The content security policy of the pages people work on: our own files only, nothing inline."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
PATHS = ("/admin/", "/api/")
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Shaped like Django 6's SECURE_CSP, so that a later version takes it over."""


class ContentSecurityPolicy:
    """Adds the header to every answer below ``PATHS`` that does not bring its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy."""
        response = self.get_response(request)
        if request.path.startswith(PATHS):
            response.headers.setdefault(HEADER, POLICY)
        return response
