"""Any CMS that signs with Standard Webhooks and answers for its content, as our plugins do.

Source: the Standard Webhooks specification 1.0; what a plugin sends and answers is described in
docs/cms.md. Options: ``content`` is the path that answers for content.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cms_adapters import signatures
from cms_adapters.messages import (
    GONE,
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
    word,
)
from cms_adapters.parts import legible
from cms_adapters.registry import adapters

SECOND = 1_000_000
CONTENT = "/personalization/content/"
NEWS = ("content.published", "content.unpublished", "content.deleted")
EACH = 100
"""Items of one part of a sync."""


@adapters.named("standard")
class Standard:
    """Signed hints, and one path that answers for content."""

    label = "Standard Webhooks"

    def secret(self, raw: bytes) -> str:
        """Return it with the standard's prefix, in base64."""
        return signatures.secret_of(raw)

    def verify(self, request: Request, source: Source, now: int) -> None:
        """Check the signature over id, timestamp and raw body, five minutes old at most."""
        if "webhook-signature" not in request.headers:
            raise Rejected("unsigned", "expected a webhook-signature")
        if not signatures.verifies(request.headers, request.body, source.secrets, now // SECOND):
            raise Rejected("signature", "the signature is not right, or not fresh")

    def identify(self, request: Request) -> str:
        """Return the webhook-id, the same in every attempt."""
        return request.headers.get("webhook-id", "")

    def parse(self, request: Request, source: Source) -> tuple[Reference, ...]:  # noqa: ARG002
        """Return the entry of a content event; other events are about none."""
        said = request.json()
        kind, data = said.get("type"), said.get("data")
        if kind not in NEWS:
            return ()
        if not isinstance(data, dict) or data.get("id") in (None, ""):
            raise Rejected("malformed", "expected data with the id of an entry")
        key, sort, locale = (word(data.get(name), name) for name in ("id", "kind", "locale"))
        return (Reference(key, sort, locale, kind != NEWS[0]),)

    def fetch(self, reference: Reference, source: Source) -> Call:
        """Ask the plugin for one entry, in all its locales or in the one named."""
        asked = {"kind": reference.kind, "locale": reference.locale}
        query = urlencode({name: word for name, word in asked.items() if word})
        path = f"{_content(source)}{segment(reference.external_id)}"
        return Call(source.at(f"{path}?{query}" if query else path), source.bearer())

    def items(
        self,
        reference: Reference,  # noqa: ARG002
        response: Response,
        source: Source,  # noqa: ARG002
    ) -> tuple[Item, ...]:
        """Read the plugin's answer; 404 and 410 say that there is nothing any more."""
        if response.status in (MISSING, GONE):
            return ()
        told = response.json()
        with reading("an object with items"):
            return tuple(map(_item, told["items"]))

    def sync(self, cursor: str, source: Source) -> Call:
        """Ask the plugin for everything, part by part."""
        asked = {"limit": str(EACH), **({"cursor": cursor} if cursor else {})}
        return Call(source.at(f"{_content(source)}?{urlencode(asked)}"), source.bearer())

    def page(self, cursor: str, response: Response, source: Source) -> Page:  # noqa: ARG002
        """Read one part."""
        told = response.json()
        with reading("a part with items"):
            gone = tuple(map(_gone, told.get("gone", ())))
            items, unread = legible(told["items"], lambda one: [_item(one)])
            return Page(items, gone, told.get("next") or None, unread=unread)


def _content(source: Source) -> str:
    return source.options.get("content", CONTENT).rstrip("/") + "/"


def _gone(said: Mapping[str, Any]) -> Reference:
    return Reference(str(said["id"]), said.get("kind") or "", said.get("locale") or "", gone=True)


def _item(said: Mapping[str, Any]) -> Item:
    return Item(
        external_id=str(said["id"]),
        kind=said.get("kind") or "",
        locale=said.get("locale") or "",
        version=int(said["version"]),
        published=bool(said.get("published", True)),
        title=said.get("title") or "",
        fields=dict(said.get("fields") or {}),
        html=said.get("html"),
        url=said.get("url") or "",
    )
