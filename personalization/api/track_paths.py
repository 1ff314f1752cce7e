"""The paths events come in by, and how the OpenAPI document tells of them."""

from __future__ import annotations

from typing import Any

SHORT = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}
POSTS: dict[str, tuple[str | None, str]] = {
    **{f"/v1/{word}": (kind, "live") for short, kind in SHORT.items() for word in (short, kind)},
    "/v1/batch": (None, "live"),
    "/v1/b": (None, "live"),
    "/v1/import": (None, "import"),
    "/v1/m": ("metrics", "live"),
}
"""Path -> the kind of message it takes (``None``: a batch of any) and its lane."""
PIXEL = "/v1/pixel.gif"
PROJECTS = ("/v1/projects/", "/cdn/v1/projects/")
SETTINGS = "/settings"


def takes(path: str) -> bool:
    """Return whether a path is one of ours."""
    return path in POSTS or path == PIXEL or bool(settings_key(path))


def settings_key(path: str) -> str:
    """Return the write key in the path of a browser client's settings, or nothing.

    >>> settings_key("/cdn/v1/projects/pk_1/settings")
    'pk_1'
    """
    for prefix in PROJECTS:
        if path.startswith(prefix) and path.endswith(SETTINGS):
            return path[len(prefix) : -len(SETTINGS)]
    return ""


def _answers(*codes: str) -> dict[str, Any]:
    told = {
        "200": "Stored, or put into quarantine with its reason",
        "400": "No JSON, or no event at all",
        "401": "No key, or one we do not know",
        "403": "The key may not do this, or not from this origin",
        "404": "No such write key",
        "413": "The body is too large",
        "429": "The backlog is too old: send again after Retry-After seconds",
        "503": "Nothing was stored: send again after Retry-After seconds",
    }
    return {code: {"description": told[code]} for code in codes}


EVENT: dict[str, Any] = {
    "type": "object",
    "description": "One message in Segment's format; userId or anonymousId is needed. A messageId "
    "counts once for ever; one that is missing is made up, and then a repeat counts again.",
    "properties": {
        "type": {"enum": list(SHORT.values())},
        "event": {"type": "string"},
        "userId": {"type": "string", "maxLength": 255},
        "anonymousId": {"type": "string", "maxLength": 255},
        "previousId": {"type": "string", "maxLength": 255},
        "groupId": {"type": "string", "maxLength": 255},
        "messageId": {"type": "string", "maxLength": 255},
        "timestamp": {"type": "string", "format": "date-time"},
        "originalTimestamp": {"type": "string", "format": "date-time"},
        "sentAt": {"type": "string", "format": "date-time"},
        "properties": {"type": "object"},
        "traits": {"type": "object"},
        "context": {"type": "object"},
        "writeKey": {"type": "string"},
        "token": {"type": "string", "description": "a subject token: makes its userId verified"},
    },
}
BATCH: dict[str, Any] = {
    "type": "object",
    "required": ["batch"],
    "properties": {
        "batch": {"type": "array", "items": EVENT},
        "context": {"type": "object", "description": "merged under every event's own"},
        "sentAt": {"type": "string", "format": "date-time"},
        "writeKey": {"type": "string"},
    },
}


def _post(path: str, kind: str | None, lane: str) -> dict[str, Any]:
    schema = BATCH if kind is None else EVENT
    summary = {None: f"Send a batch ({lane} lane)", "metrics": "Client metrics, not kept"}
    content = {form: {"schema": schema} for form in ("application/json", "text/plain")}
    return {
        "post": {
            "operationId": "events" + path.removeprefix("/v1").replace("/", "_"),
            "tags": ["events"],
            "summary": summary.get(kind, f"Send one {kind} message"),
            "requestBody": {"required": True, "content": content},
            "responses": _answers("200", "400", "401", "403", "413", "429", "503"),
        }
    }


def _get(name: str, summary: str, where: str, parameter: str) -> dict[str, Any]:
    found = {"name": parameter, "in": where, "required": True, "schema": {"type": "string"}}
    codes = ("200", "400", "401", "403", "429", "503") if where == "query" else ("200", "404")
    told = {"operationId": name, "tags": ["events"], "summary": summary, "parameters": [found]}
    return {"get": {**told, "responses": _answers(*codes)}}


DOCUMENT: dict[str, Any] = {
    **{path: _post(path, kind, lane) for path, (kind, lane) in POSTS.items()},
    PIXEL: _get(
        "events_pixel", "Send one message by an image: base64 of its JSON", "query", "data"
    ),
    **{
        f"{prefix}{{writeKey}}{SETTINGS}": _get(
            f"events_settings_{number}", "Where a browser client sends to", "path", "writeKey"
        )
        for number, prefix in enumerate(PROJECTS)
    },
}
