"""The shelf of content types: what a slot may hold, how it is checked, prepared and rendered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from rules.registry import Shelf

Get = Callable[[str], object]
"""Answers a placeholder's path with its value, ``None`` for unknown."""


@dataclass(frozen=True, slots=True)
class Editor:
    """How people write one kind of content: one field, and the box it is written in.

    ``box`` is ``line``, ``text``, ``markup`` or ``code``; ``hint`` says what may stand there.
    """

    field: str
    box: str
    hint: object

    def said(self, content: object) -> str:
        """Return stored content as people write it; nothing where there is none."""
        value = content.get(self.field) if isinstance(content, Mapping) else content
        return value if isinstance(value, str) else ""

    def content(self, said: str) -> dict[str, object]:
        """Return what people wrote as content; ``InvalidError`` where it cannot be read."""
        return {self.field: said.replace("\r\n", "\n")}


class ContentType(Protocol):
    """One kind of content: a class in ``content/types``, put on the shelf under its name."""

    label: str
    editor: Editor

    def check(self, content: object) -> None:
        """Raise ``InvalidError`` when the content may not be stored."""

    def prepare(self, content: object) -> object:
        """Return the content cleaned and parsed, once, at publish."""

    def paths(self, prepared: object) -> frozenset[str]:
        """Return the attributes its placeholders ask for; none means it is the same for all."""

    def render(self, prepared: object, get: Get) -> dict[str, object]:
        """Return what is sent: ``type`` and the type's own field."""


shelf = Shelf[ContentType]("personalization.content.types")
"""Every content type by its name."""
