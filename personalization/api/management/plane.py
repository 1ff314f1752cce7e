"""The CMS plane: the same endpoints and deliveries, and the feed, for who holds a secret key."""

from __future__ import annotations

from typing import Any

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from personalization.api import wire
from personalization.api.management import access, endpoints, feed, previews


class SecretAuthentication(access.KeyAuthentication):
    """A secret or a management key as Bearer, as the user name of Basic, or as ``X-API-Key``."""

    kinds = ("sk", "mk")

    def authenticate(self, request: Request) -> Any:
        """Return the user and the caller, or None for nobody."""
        names = ("authorization", "x-api-key")
        given = {n.encode(): request.headers.get(n, "").encode("latin-1", "replace") for n in names}
        found = wire.credentials({name: value for name, value in given.items() if value})
        return self.of_secret(found.encode("latin-1")) if found else None

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="cms"'


class Endpoints(endpoints.EndpointViews):
    """Endpoints, for a server."""

    authentication_classes = (SecretAuthentication,)


class Deliveries(endpoints.DeliveryViews):
    """Deliveries, for a server."""

    authentication_classes = (SecretAuthentication,)


class Feed(feed.FeedView):
    """The replay feed, for a server."""

    authentication_classes = (SecretAuthentication,)


class PreviewTokens(previews.PreviewTokenView):
    """Preview tokens, for a server."""

    authentication_classes = (SecretAuthentication,)


router = SimpleRouter(trailing_slash=False)
router.register("endpoints", Endpoints, "cms-endpoint")
router.register("deliveries", Deliveries, "cms-delivery")
urlpatterns = [
    path("v1/preview-tokens", PreviewTokens.as_view(), name="cms-previews"),
    path("v1/events", Feed.as_view(), name="cms-events"),
    path("v1/", include(router.urls)),
]
