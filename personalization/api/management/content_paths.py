"""The OpenAPI document of content in: hooks of CMSs, and what a server tells by itself."""

from __future__ import annotations

from typing import Any

from personalization.api.management.fast_paths import ERROR

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
YES = {"type": "boolean"}
OBJECT = {"type": "object"}


def _json(properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"content": {"application/json": {"schema": schema}}}


def _refused(**said: str) -> dict[str, Any]:
    found = {"content": {"application/json": {"schema": ERROR}}}
    return {status.removeprefix("s"): {"description": why, **found} for status, why in said.items()}


def _place(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _query(name: str, said: str, schema: dict[str, Any] = TEXT) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": said, "schema": schema}


def _operation(name: str, summary: str, **more: Any) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "tags": ["content"], "security": [], **more}


ENTRY = {
    "version": NUMBER, "status": {"type": "string", "enum": ["published", "draft"]}, "kind": TEXT,
    "title": TEXT, "url": TEXT, "html": {"type": "string", "nullable": True}, "fields": OBJECT,
}  # fmt: skip
KEPT = {"200": {"description": "whether it was newer", **_json({"kept": YES})}}
REFUSED = _refused(
    s401="no live key", s403="not a secret key", s404="no such source",
    s410="the source is switched off", s422="not valid", s503="nothing was stored",
)  # fmt: skip
WHERE = [_place("source"), _place("external_id"), _query("locale", "empty is every locale")]
HEARD = {
    "200": {"description": "content.requested: variants, fallback, decision", **_json({})},
    "202": {"description": "written down", **_json({"id": TEXT, "duplicate": YES})},
    **_refused(
        s400="not what this CMS sends", s401="the signature is not right, or too old",
        s404="no such source", s410="the source is switched off", s503="nothing was written",
    ),
}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "/hooks/{source_id}": {
        "post": _operation(
            "hook",
            "A CMS's webhook, verified by its source's own scheme",
            parameters=[_place("source_id")],
            requestBody=_json({}),
            responses=HEARD,
        )
    },
    "/v1/content/{source}/{external_id}": {
        "put": _operation(
            "put_content",
            "An entry, kept only where it is newer",
            parameters=WHERE,
            requestBody=_json(ENTRY),
            responses={**KEPT, **REFUSED},
        ),
        "delete": _operation(
            "delete_content",
            "That an entry is no more; without a locale in none of its locales",
            parameters=[*WHERE, _query("version", "counts from it on", NUMBER), _query("kind", "")],
            responses={**KEPT, **REFUSED},
        ),
    },
    "/v1/content/{source}:batch": {
        "post": _operation(
            "batch_content",
            "Many entries, each judged by itself",
            parameters=[_place("source")],
            requestBody=_json({"items": {"type": "array", "items": OBJECT}}),
            responses={
                "200": {
                    "description": "kept, or an error, for each",
                    **_json({"results": {"type": "array", "items": OBJECT}}),
                },
                **REFUSED,
            },
        )
    },
}
"""The paths as OpenAPI says them."""
