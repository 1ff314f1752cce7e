"""The OpenAPI document: the management API, its two ways in, and the fast paths beside it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from personalization.api import track


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names a management key and a session of staff."""

    target_class = "personalization.api.management.access.KeyAuthentication"
    name = ["managementKey", "staffSession"]

    def get_security_definition(self, auto_schema: object) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "A management key, mk_..."},
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        ]


def add_fast_paths(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add the paths that are served before Django: track, decide, stream."""
    for paths in (track.OPENAPI_PATHS,):
        result["paths"].update(paths)
    return result
