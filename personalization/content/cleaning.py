"""An entry as it may be stored: its parts within their sizes, its HTML clean of what could run."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from cms_adapters.messages import Item
from personalization.content.types.html import cleaned
from personalization.plant import json
from rules.errors import InvalidError

LONGEST = {"external_id": 200, "kind": 120, "locale": 20}
"""Characters of what names an entry; longer is refused."""
CUT = {"title": 500, "url": 2_000}
"""Characters of what may be cut."""
FIELDS = json.Limits(size=256 * 1024, depth=24, keys=5_000)
"""What the fields of one entry may cost."""
HIGHEST = 2**63 - 1
SCHEMES = ("https://", "http://", "/")


class Row(NamedTuple):
    """One entry in one locale, ready to be written; ``fields`` is JSON."""

    external_id: str
    kind: str
    locale: str
    version: int
    status: str
    title: str
    url: str
    fields: str
    html: str | None
    digest: str


def row(item: Item) -> Row:
    """Return the item as a row; ``InvalidError`` for what cannot be stored.

    HTML that cannot be shown anyway (too large, too deep) is left out, the rest is kept.
    """
    named = {name: _name(name, getattr(item, name), most) for name, most in LONGEST.items()}
    if not named["external_id"] or named["locale"] == "*":
        raise InvalidError("/external_id", "missing", "expected an id, and no locale *")
    if not 0 <= item.version <= HIGHEST:
        raise InvalidError("/version", "range", f"expected a version of 0 to {HIGHEST}")
    title, url = (_text(name, getattr(item, name))[:most] for name, most in CUT.items())
    url = url if url.startswith(SCHEMES) else ""
    fields, html = _fields(item.fields), _html(item.html)
    status = "published" if item.published else "draft"
    said = orjson.dumps([status, title, url, fields, html])
    digest = sha256(said).hexdigest()
    return Row(**named, version=item.version, status=status, title=title, url=url,
               fields=fields, html=html, digest=digest)  # fmt: skip


def _name(name: str, value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or _plain(value) != value:
        raise InvalidError(f"/{name}", "length", f"expected at most {most} plain characters")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidError(f"/{name}", "type", "expected a text")
    return _plain(value)


def _plain(text: str) -> str:
    """Return a text that can be stored: what is no character is marked as such."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _fields(fields: Mapping[str, Any]) -> str:
    """Return the fields as JSON, always in the same order; ``InvalidError`` names the first bad."""
    fault = json.fault(fields, FIELDS)
    if fault is not None:
        raise InvalidError(f"/fields{fault.at}", fault.code, fault.message)
    body = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    if len(body) > FIELDS.size:
        raise InvalidError("/fields", "too_large", f"expected at most {FIELDS.size} bytes")
    return body.decode()


def _html(html: str | None) -> str | None:
    text = None if html is None else _text("html", html)
    try:
        return None if text is None else cleaned({"html": text})
    except InvalidError:
        return None
