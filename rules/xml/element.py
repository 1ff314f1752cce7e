"""One element of an XML document, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Element:
    """One element: its namespace and name, its plain attributes, its text and what is in it.

    ``line`` is where it begins in its document, from 1; 0 where it was not read from one.
    """

    space: str
    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""
    line: int = 0

    def all(self, *names: str) -> list[Element]:
        """Return the children of these names, of the element's own namespace."""
        return [
            child for child in self.children if child.name in names and child.space == self.space
        ]

    def one(self, name: str) -> Element | None:
        """Return the first child of that name, or ``None``."""
        return next(iter(self.all(name)), None)

    def said(self, name: str) -> str:
        """Return the text in a child's ``text``, or the child's own, stripped."""
        child = self.one(name)
        inner = child and (child.one("text") or child)
        return inner.text.strip() if inner else ""

    def extension(self, space: str) -> str:
        """Return the text of the extension in another namespace, ``""`` where there is none."""
        inside = self.one("extensionElements")
        ours = (child.text for child in inside.children if child.space == space) if inside else ()
        return next(iter(ours), "")
