"""An address to link or load: https, http or relative, and nothing else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from personalization.content.registry import Editor, Get, shelf
from personalization.content.words import filled, text_of
from rules.errors import InvalidError
from rules.placeholders import Template, render

LONGEST = 2000
"""Characters of the longest address."""
BLANK = 0x20
"""The highest of the characters that browsers drop from the front of an address."""


class Url:
    """``{"url": "https://example.org/sale"}``."""

    label = "URL"
    editor = Editor("url", "line", _("An address: https, http or relative."))

    def check(self, content: object) -> None:
        """Raise ``InvalidError`` unless it is an http, https or relative address."""
        self.prepare(content)

    def prepare(self, content: object) -> Template:
        """Return the address with its placeholders parsed."""
        url = text_of(content, "url")
        if not url or len(url) > LONGEST:
            raise InvalidError("/url", "length", f"expected 1 to {LONGEST} characters")
        template = filled(url, "url", "/url")
        fixed = "".join(part for part in template.parts if isinstance(part, str))
        if any(ord(letter) <= BLANK or letter == "\\" for letter in fixed):
            raise InvalidError("/url", "character", "expected no blanks and no backslashes")
        return template

    def paths(self, prepared: Template) -> frozenset[str]:
        """Return the attributes its placeholders ask for."""
        return prepared.paths

    def render(self, prepared: Template, get: Get) -> dict[str, object]:
        """Return the address with every placeholder filled in."""
        return {"type": "url", "url": render(prepared, get)}


shelf.put("url", Url())
