"""The OpenAPI document of the fast paths that answer and stream: decide, stream, health."""

from __future__ import annotations

from typing import Any

OBJECT = {"type": "object"}
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def _listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _shape(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": TEXT, "description": description}


def _query(name: str, description: str = "") -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": TEXT, "description": description}


QUESTION = _shape(
    key=TEXT,
    anonymousId=TEXT,
    userId=TEXT,
    token=TEXT,
    locale=TEXT,
    slots=_listed(TEXT),
    channel={"type": "boolean"},
    context=OBJECT,
    segments=_listed(TEXT),
    explain={"type": "boolean"},
    preview=TEXT,
)
DECISION = _shape(
    slot=TEXT,
    variant={"type": "string", "nullable": True},
    content={"nullable": True, "description": "as the slot's schema has it; null without any"},
    reason={
        "type": "string",
        "enum": ["TARGETING_MATCH", "SPLIT", "DEFAULT", "STALE", "DISABLED", "ERROR"],
    },
    row={"type": "string", "nullable": True},
    revision={"type": "integer", "nullable": True},
    fallback=NUMBER,
    ttl=NUMBER,
    swap=TEXT,
)
ANSWER = _shape(
    generation=NUMBER,
    cursor=TEXT,
    subject={"type": "string", "nullable": True},
    degraded=_listed(TEXT),
    decisions=_listed(DECISION),
    preview={"type": "boolean", "description": "whether a preview's token decided"},
)
FLAG = _shape(key=TEXT, reason=TEXT, variant=TEXT, value={}, metadata=OBJECT)
STREAM = _shape(type=TEXT, endpoint=_shape(requestUri=TEXT), inactivityDelaySec=NUMBER)
FLAGS = _shape(flags=_listed(FLAG), metadata=OBJECT, eventStreams=_listed(STREAM))
FAILURE = _shape(key=TEXT, errorCode=TEXT, errorDetails=TEXT)
EVALUATION = _shape(context=_shape(targetingKey=TEXT))
ERROR = _shape(error=_shape(code=TEXT, message=TEXT, at=TEXT))
REFUSALS = {
    "400": {"description": "malformed", **_json(ERROR)},
    "401": {"description": "no live key", **_json(ERROR)},
    "403": {"description": "the key may not", **_json(ERROR)},
    "503": {"description": "starting", **_json(ERROR)},
}
ASKED = [_query("key"), _query("anonymousId"), _query("userId"), _query("token")]
SLOTS = _query("slots", "slot keys, with commas")


def _operation(name: str, summary: str, tag: str, **more: Any) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "tags": [tag], "security": [], **more}


DECIDED = {"200": {"description": "a valid variant for every known slot", **_json(ANSWER)}}
LISTED = {
    "200": {"description": "as of one generation", **_json(_shape(generation=NUMBER))},
    "304": {"description": "as before"},
}
EVALUATED = {"200": {"description": "the flag", **_json(FLAG)}}
EVALUATED_ALL = {
    "200": {"description": "all flags, and the stream that says when to ask again", **_json(FLAGS)},
    "304": {"description": "as before"},
}
EVALUATION_FAILED = {
    "400": {"description": "malformed", **_json(FAILURE)},
    "401": {"description": "no live key", **_json(_shape(errorDetails=TEXT))},
    "403": {"description": "the key may not", **_json(_shape(errorDetails=TEXT))},
    "503": {"description": "starting", **_json(_shape(errorDetails=TEXT))},
}
STREAMED = {
    "101": {"description": "a WebSocket of the subprotocol personalization.v1"},
    "200": {"description": "Server-Sent Events", "content": {"text/event-stream": {}}},
}
FINE = {"200": {"description": "yes"}, "503": {"description": "not now"}}
DOCUMENT: dict[str, Any] = {
    "/v1/decide": {
        "post": _operation(
            "decide",
            "Which content each slot shows to this visitor now",
            "decide",
            requestBody=_json(QUESTION),
            responses={**DECIDED, **REFUSALS},
        ),
        "get": _operation(
            "decide_by_query",
            "The same, asked by query parameters",
            "decide",
            parameters=[*ASKED, _query("locale"), SLOTS, _query("preview", "a pv_ token")],
            responses={**DECIDED, **REFUSALS},
        ),
    },
    "/v1/stream": {
        "get": _operation(
            "stream",
            "Segments and decisions as they change",
            "stream",
            parameters=[_query("channel", "a token from decide"), SLOTS, _query("cursor")],
            responses=STREAMED,
        )
    },
    "/ofrep/v1/evaluate/flags": {
        "post": _operation(
            "evaluate_flags",
            "Every slot as an OpenFeature flag (OFREP 0.3)",
            "openfeature",
            parameters=[_header("If-None-Match", "the ETag of the answer before")],
            requestBody=_json(EVALUATION),
            responses={**EVALUATED_ALL, **EVALUATION_FAILED},
        ),
    },
    "/ofrep/v1/evaluate/flags/{key}": {
        "post": _operation(
            "evaluate_flag",
            "One slot as an OpenFeature flag (OFREP 0.3)",
            "openfeature",
            parameters=[{"name": "key", "in": "path", "required": True, "schema": TEXT}],
            requestBody=_json(EVALUATION),
            responses={
                **EVALUATED,
                **EVALUATION_FAILED,
                "404": {"description": "no such flag", **_json(FAILURE)},
            },
        ),
    },
    "/v1/slots": {
        "get": _operation(
            "list_slots",
            "The slots of the site, for a CMS",
            "rendering",
            responses={**LISTED, **REFUSALS},
        ),
    },
    "/v1/segments": {
        "get": _operation(
            "list_segments",
            "The segments of the site, for a CMS",
            "rendering",
            responses={**LISTED, **REFUSALS},
        ),
    },
    "/v1/slots/{slot}/variants": {
        "get": _operation(
            "list_variants",
            "All that a slot can show, cacheable",
            "rendering",
            parameters=[
                {"name": "slot", "in": "path", "required": True, "schema": TEXT},
                _query("locale"),
            ],
            responses={**LISTED, **REFUSALS, "404": {"description": "no slot", **_json(ERROR)}},
        ),
    },
    "/healthz": {"get": _operation("healthz", "The process lives", "health", responses=FINE)},
    "/readyz": {"get": _operation("readyz", "It can answer", "health", responses=FINE)},
}
"""The paths as OpenAPI says them."""
