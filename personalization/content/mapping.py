"""Which fields of an entry fill a variant: one path, or for a JSON slot a path for each name."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from personalization.content.registry import shelf
from personalization.content.types.html import clean
from rules.errors import InvalidError

USUAL: Mapping[str, Any] = {
    "html": "html",
    "text": "title",
    "url": "url",
    "json": {"title": "title", "url": "url"},
}
"""What is shown of an entry where a link does not say: never a field that nobody named."""
PARTS = ("title", "url", "html")
FIELDS = "fields."
LONGEST = 200
MOST = 100


class Fields(Protocol):
    """What an entry has to be shown of."""

    @property
    def title(self) -> str:
        """Its title, plain text."""

    @property
    def url(self) -> str:
        """Where it stands."""

    @property
    def html(self) -> str | None:
        """Its body, clean."""

    @property
    def fields(self) -> Any:
        """Its other fields."""


class Mapped(NamedTuple):
    """An entry's content for a slot; or why there is none."""

    content: dict[str, Any] | None
    fault: str = ""


def check(schema: str, mapping: object) -> None:
    """Raise ``InvalidError`` unless the mapping says how to fill a slot of this type.

    >>> check("html", {"html": "fields.body"})
    """
    said = _said(schema, mapping)
    if schema != "json":
        _path(said, f"/{schema}")
        if schema != "html" and said == "html":
            raise InvalidError(f"/{schema}", "value", "expected a field of plain text, not html")
        return
    if not isinstance(said, dict) or not 0 < len(said) <= MOST:
        raise InvalidError("/json", "shape", 'expected names with paths: {"lead": "fields.lead"}')
    for name, path in said.items():
        _path(path, f"/json/{name}")


def content(schema: str, mapping: object, entry: Fields) -> Mapped:
    """Return what an entry shows in a slot of this type, checked by the type itself."""
    said = _said(schema, mapping)
    try:
        found: Any
        if schema == "json":
            found = {name: _value(entry, path) for name, path in said.items()}
            empty = not any(value not in (None, "") for value in found.values())
        else:
            found = _text(schema, said, entry)
            empty = not found.strip()
        if empty:
            return Mapped(None, f"nothing in {said if isinstance(said, str) else 'any field'}")
        shelf[schema].check({schema: found})
    except InvalidError as fault:
        return Mapped(None, str(fault))
    return Mapped({schema: found})


def _said(schema: str, mapping: object) -> Any:
    if not isinstance(mapping, Mapping) or mapping.keys() - {schema}:
        raise InvalidError("", "shape", f'expected an object with "{schema}", or an empty one')
    return mapping.get(schema, USUAL[schema])


def _path(path: object, at: str) -> None:
    fine = isinstance(path, str) and (path in PARTS or (path.startswith(FIELDS) and path[7:]))
    if not fine or len(str(path)) > LONGEST:
        raise InvalidError(at, "value", "expected title, url, html, or fields. and a name")


def _value(entry: Fields, path: str) -> Any:
    """Return what stands at a path, None where nothing does."""
    if path in PARTS:
        return getattr(entry, path)
    found = entry.fields
    for part in path.removeprefix(FIELDS).split("."):
        if isinstance(found, list):
            found = found[int(part)] if part.isdecimal() and int(part) < len(found) else None
        else:
            found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(schema: str, path: str, entry: Fields) -> str:
    """Return one field as text: plain text in an HTML slot is escaped, a field's HTML cleaned."""
    value = _value(entry, path)
    if isinstance(value, bool | dict | list):
        raise InvalidError(f"/{schema}", "type", f"expected text in {path}")
    text = "" if value is None else str(value)
    if schema != "html" or path == "html":
        return text
    return html.escape(text) if path in PARTS else _clean(text)


def _clean(text: str) -> str:
    shelf["html"].check({"html": text})
    return clean(text)
