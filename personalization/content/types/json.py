"""Any JSON value, for pages that draw it themselves; its strings may have placeholders."""

from __future__ import annotations

import orjson

from personalization.content.registry import Get, shelf
from personalization.content.words import LARGEST, filled
from rules.errors import InvalidError
from rules.placeholders import Template, render


class Json:
    """``{"json": {...}}``."""

    label = "JSON"

    def check(self, content: object) -> None:
        """Raise ``InvalidError`` when there is no ``json`` or it is too large."""
        self.prepare(content)

    def prepare(self, content: object) -> Template:
        """Return the value's text with its placeholders parsed."""
        if not isinstance(content, dict) or "json" not in content:
            raise InvalidError("/json", "missing", "expected a value in json")
        body = orjson.dumps(content["json"])
        if len(body) > LARGEST:
            raise InvalidError("/json", "too_large", f"expected at most {LARGEST} bytes")
        return filled(body.decode(), "json", "/json")

    def paths(self, prepared: Template) -> frozenset[str]:
        """Return the attributes its placeholders ask for."""
        return prepared.paths

    def render(self, prepared: Template, get: Get) -> dict[str, object]:
        """Return the value with every placeholder filled in."""
        return {"type": "json", "json": orjson.loads(render(prepared, get))}


shelf.put("json", Json())
