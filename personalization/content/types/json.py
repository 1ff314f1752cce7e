"""Any JSON object, for pages that draw it themselves; it is sent as it stands."""

from __future__ import annotations

import orjson

from personalization.content.registry import Get, shelf
from personalization.content.words import LARGEST
from rules.errors import InvalidError


class Json:
    """``{"json": {...}}``."""

    label = "JSON"

    def check(self, content: object) -> None:
        """Raise ``InvalidError`` when there is no ``json`` or it is too large."""
        self.prepare(content)

    def prepare(self, content: object) -> object:
        """Return the value under ``json``."""
        if not isinstance(content, dict) or "json" not in content:
            raise InvalidError("/json", "missing", "expected a value in json")
        if len(orjson.dumps(content["json"])) > LARGEST:
            raise InvalidError("/json", "too_large", f"expected at most {LARGEST} bytes")
        return content["json"]

    def paths(self, prepared: object) -> frozenset[str]:  # noqa: ARG002 - the contract of a type
        """Return nothing: JSON has no placeholders."""
        return frozenset()

    def render(self, prepared: object, get: Get) -> dict[str, object]:  # noqa: ARG002 - likewise
        """Return the value."""
        return {"type": "json", "json": prepared}


shelf.put("json", Json())
