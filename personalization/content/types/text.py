"""Plain text with placeholders: nothing is escaped, so it is to be set as text, never as HTML."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from personalization.content.registry import Editor, Get, shelf
from personalization.content.words import filled, text_of
from rules.placeholders import Template, render


class Text:
    """``{"text": "Hello {{ traits.name | default: "you" }}"}``."""

    label = "Text"
    editor = Editor("text", "text", _("Plain text; it is never shown as HTML."))

    def check(self, content: object) -> None:
        """Raise ``InvalidError`` unless it is one string with readable placeholders."""
        self.prepare(content)

    def prepare(self, content: object) -> Template:
        """Return the text with its placeholders parsed."""
        return filled(text_of(content, "text"), "text", "/text")

    def paths(self, prepared: Template) -> frozenset[str]:
        """Return the attributes its placeholders ask for."""
        return prepared.paths

    def render(self, prepared: Template, get: Get) -> dict[str, object]:
        """Return the text with every placeholder filled in."""
        return {"type": "text", "text": render(prepared, get)}


shelf.put("text", Text())
