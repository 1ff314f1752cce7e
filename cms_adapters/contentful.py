"""Contentful: signed webhooks, entries by the Content Delivery API, changes by its sync API.

Source: contentful.com/developers/docs, "Request verification" and "Content Delivery API". The
source's address is the delivery API's (https://cdn.contentful.com). Options: ``space``,
``environment`` (master), ``html`` and ``title`` (fields; the first text is the title otherwise).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from cms_adapters.instants import micros
from cms_adapters.messages import (
    MISSING,
    Call,
    Item,
    Page,
    Reference,
    Rejected,
    Request,
    Response,
    Source,
    reading,
    segment,
)
from cms_adapters.parts import legible
from cms_adapters.registry import adapters

TOLERANCE = 30_000_000
"""Microseconds a signed request is good for, as the vendor's own verifier has it."""
LONGEST = 16
"""Digits of the longest timestamp."""
SIGNATURE, SIGNED = "x-contentful-signature", "x-contentful-signed-headers"
TIMESTAMP = "x-contentful-timestamp"
PUBLISHED = frozenset({"publish"})
OVER = frozenset({"unpublish", "delete", "archive"})
KEPT = "-_.!~*'()"
"""What the vendor leaves as it is in a query."""
SAFE = KEPT + ";/?:@&=+$,#"
"""What encodeURI leaves as it is: not the percent of what is encoded already."""


@adapters.named("contentful")
class Contentful:
    """A hint names an entry; the delivery API has it in all its locales."""

    label = "Contentful"

    def secret(self, raw: bytes) -> str:
        """Return 64 characters, which is what a signing secret of Contentful has."""
        return raw.hex()

    def verify(self, request: Request, source: Source, now: int) -> None:
        """Check the HMAC over method, path, the named headers and the raw body."""
        given, at = request.headers.get(SIGNATURE), request.headers.get(TIMESTAMP, "")
        if not given or not at.isdecimal() or len(at) > LONGEST:
            raise Rejected("unsigned", f"expected {SIGNATURE} and {TIMESTAMP}")
        if abs(now - int(at) * 1_000) > TOLERANCE:
            raise Rejected("stale", "the request was signed more than 30 s ago")
        said = canonical(request).encode()
        right = [hmac.new(s.encode(), said, hashlib.sha256).hexdigest() for s in source.secrets]
        matches = [hmac.compare_digest(one.encode(), given.encode()) for one in right]
        if not any(matches):
            raise Rejected("signature", "the signature is not right")

    def identify(self, request: Request) -> str:
        """Return the idempotency key, the same in every attempt."""
        return request.headers.get("x-contentful-idempotency-key", "")

    def parse(self, request: Request, source: Source) -> tuple[Reference, ...]:  # noqa: ARG002
        """Return the entry that was published or is over; what is only saved is nothing to us."""
        topic = request.headers.get("x-contentful-topic", "").split(".")
        if len(topic) != len(("ContentManagement", "Entry", "publish")) or topic[1] != "Entry":
            return ()
        if topic[2] not in PUBLISHED | OVER:
            return ()
        about = request.json().get("sys")
        if not isinstance(about, dict) or not isinstance(about.get("id"), str):
            raise Rejected("malformed", "expected sys.id")
        return (Reference(about["id"], _kind(about), gone=topic[2] in OVER),)

    def fetch(self, reference: Reference, source: Source) -> Call:
        """Ask for the published entry in all its locales."""
        entry = segment(reference.external_id)
        return _call(source, f"/entries/{entry}", {"locale": "*"})

    def items(self, reference: Reference, response: Response, source: Source) -> tuple[Item, ...]:
        """Read an entry; the delivery API has no draft, so 404 is the end of it."""
        if response.status == MISSING:
            return ()
        return _items(response.json(), source, reference.locale)

    def sync(self, cursor: str, source: Source) -> Call:
        """Ask for all entries, then for what changed since: the cursor is the vendor's token."""
        said = {"sync_token": cursor} if cursor else {"initial": "true", "type": "Entry"}
        return _call(source, "/sync", said)

    def page(self, cursor: str, response: Response, source: Source) -> Page:  # noqa: ARG002
        """Read one part; the token of the last part is where the next sync goes on."""
        told = response.json()
        with reading("a part of a sync"):
            entries = [one for one in told["items"] if _is(one, "Entry")]
            items, unread = legible(entries, lambda one: _items(one, source))
            gone = [one["sys"]["id"] for one in told["items"] if _is(one, "DeletedEntry")]
            following, later = _token(told.get("nextPageUrl")), _token(told.get("nextSyncUrl"))
        over = tuple(Reference(one, gone=True) for one in gone)
        return Page(items, over, following, later or "", unread)


def canonical(request: Request) -> str:
    r"""Return what the vendor signs: method, path, signed headers, body, a line each.

    >>> signed = {"x-contentful-signed-headers": "b, A", "a": " 1 ", "b": "2"}
    >>> canonical(Request("/hooks/1?q=a b", signed, b"{}"))
    'POST\n/hooks/1?q%253Da%2520b\na:1;b:2\n{}'
    """
    given = request.headers
    names = sorted(
        name.strip().lower() for name in given.get(SIGNED, "").split(",") if name.strip()
    )
    signed = ";".join(f"{name}:{given.get(name, '').strip()}" for name in names)
    body = request.body.decode("utf-8", "replace")
    return "\n".join((request.method, _path(request.path), signed, body))


def _path(path: str) -> str:
    """Encode a path as the vendor does: its query as one part, then the whole as an address."""
    found, *rest = path.split("?")
    if rest and rest[0]:
        found = f"{found}?{quote(rest[0], safe=KEPT)}"
    return quote(found, safe=SAFE)


def _call(source: Source, path: str, query: Mapping[str, str]) -> Call:
    space, options = source.options.get("space", ""), source.options
    place = f"/spaces/{space}/environments/{options.get('environment', 'master')}"
    return Call(source.at(f"{place}{path}?{urlencode(query)}"), source.bearer())


def _items(entry: Any, source: Source, locale: str = "") -> tuple[Item, ...]:
    with reading("an entry"):
        about, fields = entry["sys"], entry.get("fields", {})
        locales = sorted({name for values in fields.values() for name in values})
        return tuple(
            _item(about, {key: v[one] for key, v in fields.items() if one in v}, one, source)
            for one in locales
            if locale in ("", one)
        )


def _item(about: Mapping[str, Any], fields: Mapping[str, Any], locale: str, source: Source) -> Item:
    title, html = source.options.get("title"), fields.get(source.options.get("html", ""))
    texts = [fields.get(title)] if title else [v for v in fields.values() if isinstance(v, str)]
    return Item(
        external_id=about["id"],
        kind=_kind(about),
        locale=locale,
        version=micros(about["updatedAt"]),
        published=True,
        title=str(texts[0]) if texts and texts[0] is not None else "",
        fields=fields,
        html=html if isinstance(html, str) else None,
    )


def _kind(about: Mapping[str, Any]) -> str:
    """Return the content type's id."""
    found = about.get("contentType")
    return str(found["sys"]["id"]) if isinstance(found, dict) and "sys" in found else ""


def _is(item: Mapping[str, Any], kind: str) -> bool:
    return bool(item["sys"]["type"] == kind)


def _token(address: object) -> str | None:
    if not isinstance(address, str):
        return None
    found = parse_qs(urlsplit(address).query).get("sync_token")
    return found[0] if found else None
