"""An address to link or load: https, http or relative, and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

from personalization.content.registry import Get, shelf
from personalization.content.words import text_of
from rules.errors import InvalidError

LONGEST = 2000
"""Characters of the longest address."""
BLANK = 0x20
"""The highest of the characters that browsers drop from the front of an address."""


class Url:
    """``{"url": "https://example.org/sale"}``."""

    label = "URL"

    def check(self, content: object) -> None:
        """Raise ``InvalidError`` unless it is an http, https or relative address."""
        self.prepare(content)

    def prepare(self, content: object) -> str:
        """Return the address."""
        url = text_of(content, "url")
        if not url or len(url) > LONGEST:
            raise InvalidError("/url", "length", f"expected 1 to {LONGEST} characters")
        if any(ord(letter) <= BLANK or letter == "\\" for letter in url):
            raise InvalidError("/url", "character", "expected no blanks and no backslashes")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise InvalidError("/url", "url", "expected a readable address") from error
        relative = not parts.scheme and not url.startswith("//")
        if not relative and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise InvalidError("/url", "scheme", "expected https, http or a relative address")
        return url

    def paths(self, prepared: str) -> frozenset[str]:  # noqa: ARG002 - the contract of a type
        """Return nothing: an address has no placeholders."""
        return frozenset()

    def render(self, prepared: str, get: Get) -> dict[str, object]:  # noqa: ARG002 - likewise
        """Return the address."""
        return {"type": "url", "url": prepared}


shelf.put("url", Url())
