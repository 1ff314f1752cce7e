"""The site's addresses; the plugin needs one line."""

from django.conf import settings
from django.contrib.staticfiles.views import serve
from django.urls import include, path, re_path
from lantern.shop import to_the_shop
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as documents_urls

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("documents/", include(documents_urls)),
    re_path(r"^shop/", to_the_shop),
    path("personalization/", include("personalization_client.urls")),  # the plugin
    re_path(rf"^{settings.STATIC_URL.strip('/')}/(?P<path>.*)$", serve, {"insecure": True}),
    path("", include(wagtail_urls)),
]
