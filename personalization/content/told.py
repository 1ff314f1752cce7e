"""What a server tells of an entry, read from JSON: the entry, or that it is no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cms_adapters.messages import Item, Reference
from rules import expect
from rules.errors import InvalidError

NAMED = ("external_id", "version")
MORE = ("locale", "kind", "status", "title", "url", "fields", "html")
STATUSES = ("published", "draft", "deleted")
TEXTS = {"title": 500, "url": 2_000}
HIGHEST = 2**63 - 1


def read(said: object, at: str = "") -> Item | tuple[Reference, int]:
    """Return the entry, or what is deleted and by which version; ``InvalidError`` says where not.

    >>> read({"external_id": "7", "version": 2, "status": "deleted"})[1]
    2
    """
    record = expect.record(said, at, NAMED, MORE)
    names = {name: _text(record, name, at, 200) for name in ("external_id", "kind", "locale")}
    if not names["external_id"]:
        raise InvalidError(f"{at}/external_id", "missing", "expected the id of the entry")
    version = expect.whole(record["version"], f"{at}/version", 0, HIGHEST)
    status = expect.one_of(record.get("status", "published"), f"{at}/status", STATUSES)
    if status == "deleted":
        return Reference(**names, gone=True), version
    texts = {name: _text(record, name, at, most) for name, most in TEXTS.items()}
    html = record.get("html")
    if html is not None and not isinstance(html, str):
        raise InvalidError(f"{at}/html", "type", "expected a string, or null")
    fields = _fields(record, at)
    return Item(
        **names, **texts, version=version, published=status == "published", fields=fields, html=html
    )


def _text(record: Mapping[str, Any], name: str, at: str, most: int) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most:
        raise InvalidError(f"{at}/{name}", "type", f"expected a text of at most {most} characters")
    return value


def _fields(record: Mapping[str, Any], at: str) -> Mapping[str, Any]:
    fields = record.get("fields") or {}
    if not isinstance(fields, dict):
        raise InvalidError(f"{at}/fields", "type", "expected an object")
    return fields
