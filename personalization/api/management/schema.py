"""The OpenAPI document: the management API, its two ways in, and the fast paths beside it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from personalization.api import track_paths
from personalization.api.management import content_paths, fast_paths

LISTS = {"list", "revisions"}


class ByAction(AutoSchema):
    """Names an operation by its address and its action, so that no two share a name."""

    view: Any

    def get_operation_id(self) -> str:
        tokens = [token for token in self._tokenize_path() if token != self.view.action]
        return "_".join([*tokens, self.view.action])

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action in LISTS


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names a management key and a session of staff."""

    target_class = "personalization.api.management.access.KeyAuthentication"
    name = ["managementKey", "staffSession"]

    def get_security_definition(self, auto_schema: object) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "A management key, mk_..."},
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        ]


class SecretScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names a secret key."""

    target_class = "personalization.api.management.plane.SecretAuthentication"
    name = "secretKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A secret key, sk_..."}


def add_fast_paths(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add the paths that are served before Django: track, decide, stream."""
    for paths in (track_paths.DOCUMENT, content_paths.DOCUMENT, fast_paths.DOCUMENT):
        result["paths"].update(paths)
    return result
