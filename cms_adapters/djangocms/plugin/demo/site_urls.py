"""The site's addresses; the plugin needs one line."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import include, path, re_path
from django.views.i18n import JavaScriptCatalog
from lantern.shop import to_the_shop

urlpatterns = [
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    re_path(r"^shop/", to_the_shop),
    path("personalization/", include("personalization_client.urls")),  # the plugin
    re_path(rf"^{settings.STATIC_URL.strip('/')}/(?P<path>.*)$", serve, {"insecure": True}),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("cms.urls")), prefix_default_language=False),
]
