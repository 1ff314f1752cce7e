"""The answers of the OpenAPI document that are no success: every operation can be refused."""

from __future__ import annotations

from typing import Any

from personalization.api.management.errors import CODES

ERROR = {"$ref": "#/components/schemas/Failure"}
SHAPE = {
    "type": "object",
    "description": "What was wrong, where (a JSON pointer), and a word out of a small set.",
    "properties": {
        "error": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("code", "message", "at")},
            "required": ["code", "message", "at"],
        }
    },
    "required": ["error"],
}
ALWAYS = {
    "401": "no key that is in force, and no session of staff",
    "403": "the key or the person may not",
    "404": "there is no such thing, or not for this key",
    "503": "starting, or what it needs does not answer",
}
ASKED = {"422": "what was asked for is not understood; the error says where"}
SENT = {"400": "no JSON", "413": "too large", "415": "another media type than JSON", **ASKED}
CHANGED = {
    "409": "it is in use, or somebody changed it meanwhile",
    "428": "a change says with If-Match which version it changes",
}
OPEN = ("/healthz", "/readyz", "/metrics", "/api/schema/")
VERBS = ("get", "post", "put", "patch", "delete")


def document_failures(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add to each operation the refusals it does not name itself.

    >>> asked = {"paths": {"/v1/x": {"get": {"responses": {"200": {}}}}}, "components": {}}
    >>> sorted(document_failures(asked)["paths"]["/v1/x"]["get"]["responses"])
    ['200', '401', '403', '404', '422', '503']
    """
    parts = result["components"]
    parts.setdefault("schemas", {})["Failure"] = SHAPE
    parts.setdefault("responses", {}).update(_responses())
    for path, item in result["paths"].items():
        for verb in VERBS if path not in OPEN else ():
            if verb in item:
                _complete(item[verb], path, verb)
    return result


def _complete(operation: dict[str, Any], path: str, verb: str) -> None:
    found = ALWAYS | (ASKED if verb == "get" else SENT if "requestBody" in operation else {})
    if verb in ("put", "patch", "delete") or (verb == "post" and "{" in path):
        found |= CHANGED | ASKED
    for code in found:
        operation["responses"].setdefault(code, {"$ref": f"#/components/responses/{_name(code)}"})
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _responses() -> dict[str, Any]:
    content = {"application/json": {"schema": ERROR}}
    every = ALWAYS | SENT | CHANGED
    return {_name(code): {"description": said, "content": content} for code, said in every.items()}


def _name(code: str) -> str:
    return "".join(word.title() for word in CODES[int(code)].split("_"))
