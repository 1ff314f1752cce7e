"""What the text in content may be: one plain string under a known field, within its size."""

from __future__ import annotations

from rules.errors import InvalidError
from rules.placeholders import Kind, Template, parse

LARGEST = 64 * 1024
"""Characters of the largest text."""


def text_of(content: object, field: str) -> str:
    """Return the string under ``field`` (a bare string is taken too), or raise ``InvalidError``."""
    value = content.get(field) if isinstance(content, dict) else content
    if not isinstance(value, str):
        raise InvalidError(f"/{field}", "type", f"expected a string in {field}")
    if len(value) > LARGEST:
        raise InvalidError(f"/{field}", "too_large", f"expected at most {LARGEST} characters")
    if "\0" in value:
        raise InvalidError(f"/{field}", "character", "expected no NUL character")
    return value


PREFIXES = ("traits.", "derived.", "features.", "context.")
"""The attributes a placeholder may show."""


def filled(text: str, kind: Kind, at: str) -> Template:
    """Return the text with its placeholders parsed; ``InvalidError`` when one cannot be read."""
    return parse(text, kind=kind, prefixes=PREFIXES, at=at)
