"""The addresses behind the fast paths: the admin and its desk, the management API, the shop."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/desk/", include("personalization.api.desk.urls")),
    path("admin/live/", include("personalization.api.live")),
    path("admin/", admin.site.urls),
    path("shop/", include("personalization.api.shop")),
    path("", include("personalization.api.sdk")),
    path("v1/content/", include("personalization.api.contents")),
    path("", include("personalization.api.management.urls")),
]
