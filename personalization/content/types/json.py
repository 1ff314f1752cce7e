"""Any JSON value, for pages that draw it themselves; its strings may have placeholders."""

from __future__ import annotations

import orjson
from django.utils.translation import gettext_lazy as _

from personalization.content.registry import Editor, Get, shelf
from personalization.content.words import LARGEST, filled
from rules.errors import InvalidError
from rules.placeholders import Template, render


class JsonEditor(Editor):
    """JSON as text, indented."""

    def said(self, content: object) -> str:
        """Return the value indented."""
        if not isinstance(content, dict) or self.field not in content:
            return ""
        return orjson.dumps(content[self.field], option=orjson.OPT_INDENT_2).decode()

    def content(self, said: str) -> dict[str, object]:
        """Return the value the text says."""
        try:
            return {self.field: orjson.loads(said)}
        except orjson.JSONDecodeError as fault:
            place = f"line {fault.lineno}, column {fault.colno}"
            raise InvalidError("/json", "json", f"expected JSON; {place}: {fault.msg}") from fault


class Json:
    """``{"json": {...}}``."""

    label = "JSON"
    editor = JsonEditor("json", "code", _("Any JSON value; its texts may have placeholders."))

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
