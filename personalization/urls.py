"""The addresses behind the fast paths: the admin and its desk, the management API, the shop."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views import defaults
from django.views.generic import RedirectView

MACHINES = ("/api/", "/v1/", "/hooks/")


def nowhere(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that does not exist: machines get the shape of every failure."""
    if not request.path.startswith(MACHINES):
        return defaults.page_not_found(request, exception)
    error = {"code": "not_found", "message": "there is nothing at this address", "at": ""}
    return JsonResponse({"error": error}, status=404)


handler404 = nowhere
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:today"), name="home"),
    path("admin/desk/", include("personalization.api.desk.urls")),
    path("admin/live/", include("personalization.api.live")),
    path("admin/", admin.site.urls),
    path("shop/", include("personalization.api.shop")),
    path("", include("personalization.api.sdk")),
    path("v1/content/", include("personalization.api.contents")),
    path("", include("personalization.api.management.urls")),
]
