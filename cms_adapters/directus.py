"""Directus 11: a flow's web request with a secret in a header, items by its REST API.

Source: docs.directus.io, "Flows" and "Items". The flow's body is ``{{$trigger}}``. Options:
``types`` are collections, with commas; ``html``, ``title`` and ``status`` name fields. What a flow
sends of an update is only what changed, so the item is always read. An item there is not is
answered 403, as a collection that may not be read: so it is looked for in a list, where nothing
found is a 200.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cms_adapters import tokens
from cms_adapters.instants import micros
from cms_adapters.messages import (
    Call,
    Item,
    Page,
    Reference,
    Rejected,
    Request,
    Response,
    Source,
    Unreadable,
    reading,
    segment,
    word,
)
from cms_adapters.parts import legible
from cms_adapters.registry import adapters

PUBLISHED = "published"
OWN = frozenset({"id", "user_created", "user_updated", "date_created", "date_updated", "sort"})
EACH = 100


@adapters.named("directus")
class Directus:
    """A hint names keys of a collection; the REST API has the items."""

    label = "Directus"

    def secret(self, raw: bytes) -> str:
        """Return what is told to the CMS as the value of the header."""
        return raw.hex()

    def verify(self, request: Request, source: Source, now: int) -> None:  # noqa: ARG002
        """Compare the secret in the header; Directus signs neither body nor time."""
        tokens.check(request, source)

    def identify(self, request: Request) -> str:  # noqa: ARG002
        """Return nothing: two equal updates look the same, and both are to be heard."""
        return ""

    def parse(self, request: Request, source: Source) -> tuple[Reference, ...]:
        """Return the items of an event: created has a key, updated has keys, deleted a payload."""
        said = request.json()
        event, collection = str(said.get("event") or ""), str(said.get("collection") or "")
        verb = event.rpartition(".")[2]
        if verb not in ("create", "update", "delete") or collection not in source.listed("types"):
            return ()
        keys = said.get("keys") or said.get("key") or (said.get("payload") if _over(verb) else None)
        found = keys if isinstance(keys, list) else [keys]
        if not found or None in found:
            raise Rejected("malformed", "expected key or keys")
        return tuple(Reference(word(key, "keys"), collection, gone=_over(verb)) for key in found)

    def fetch(self, reference: Reference, source: Source) -> Call:
        """Ask for the item with all its fields."""
        segment(reference.external_id)
        asked = {"filter[id][_eq]": reference.external_id, "limit": "1"}
        return _listing(reference.kind, asked, source)

    def items(self, reference: Reference, response: Response, source: Source) -> tuple[Item, ...]:
        """Read an item; one that is deleted, or hidden from our token, is not found."""
        return tuple(_item(one, reference.kind, source) for one in _listed(response))

    def sync(self, cursor: str, source: Source) -> Call:
        """Ask for the next part: the cursor is collection and number of the part."""
        collection, number = _place(cursor, source)
        asked = {"limit": str(EACH), "page": str(number), "sort": "id"}
        return _listing(collection, asked, source)

    def page(self, cursor: str, response: Response, source: Source) -> Page:
        """Read one part; a short one is the collection's last."""
        collection, number = _place(cursor, source)
        data = _listed(response)
        items, unread = legible(data, lambda one: [_item(one, collection, source)])
        if len(data) == EACH:
            return Page(items, next=f"{collection} {number + 1}", unread=unread)
        types = source.listed("types")
        after = types.index(collection) + 1
        following = f"{types[after]} 1" if after < len(types) else None
        return Page(items, next=following, unread=unread)


def _listing(collection: str, asked: Mapping[str, str], source: Source) -> Call:
    path = f"/items/{segment(collection)}?{urlencode(asked)}"
    return Call(source.at(path), source.bearer())


def _listed(response: Response) -> list[Any]:
    told = response.json()
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, list):
        raise Unreadable("expected a list in data")
    return data


def _over(verb: str) -> bool:
    return verb == "delete"


def _place(cursor: str, source: Source) -> tuple[str, int]:
    types = source.listed("types")
    if not types:
        raise Unreadable("expected the option types, the collections to read")
    collection, _, number = cursor.rpartition(" ")
    if collection not in types:  # the beginning, or a place that is read no more
        return types[0], 1
    return collection, int(number)


def _item(data: Mapping[str, Any], kind: str, source: Source) -> Item:
    with reading("an item with id and date_updated"):
        fields = {name: value for name, value in data.items() if name not in OWN}
        html = fields.get(source.options.get("html", ""))
        status = data.get(source.options.get("status", "status"))
        return Item(
            external_id=str(data["id"]),
            kind=kind,
            locale="",
            version=micros(data.get("date_updated") or data["date_created"]),
            published=status in (None, PUBLISHED),
            title=str(fields.get(source.options.get("title", "title")) or ""),
            fields=fields,
            html=html if isinstance(html, str) else None,
        )
