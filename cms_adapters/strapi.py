"""Strapi 5: webhooks with a secret in a header, entries by its REST API.

Source: docs.strapi.io, "Webhooks" and "REST API". Options: ``types`` are the content types as
``hero:heroes`` (model and the plural in its address), with commas; ``locales``, with commas, all
where there are none; ``html`` and ``title`` name fields. Its webhooks carry no id and may overtake
each other, and an entry's ``id`` is another for draft and published: the ``documentId`` is what
stays. It answers 404 for a type there is not as for an entry that is none: so an entry is looked
for in its type's list, where nothing found is a 200.
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

OVER = frozenset({"entry.unpublish", "entry.delete"})
HEARD = OVER | {"entry.publish", "entry.update", "entry.create"}
OWN = frozenset(
    "id documentId createdAt updatedAt publishedAt locale localizations createdBy updatedBy".split()  # noqa: SIM905 - reads best
)
"""Fields that are the CMS's, not the editor's: its people are nobody's business here."""
ALL = "*"
"""Every locale, in Strapi's own words; a type without locales answers as to any."""
EACH = 100


@adapters.named("strapi")
class Strapi:
    """A hint names a document; the REST API has its published version in each locale."""

    label = "Strapi"

    def secret(self, raw: bytes) -> str:
        """Return what is told to the CMS as the value of the header."""
        return raw.hex()

    def verify(self, request: Request, source: Source, now: int) -> None:  # noqa: ARG002
        """Compare the secret in the header; Strapi signs neither body nor time."""
        tokens.check(request, source)

    def identify(self, request: Request) -> str:  # noqa: ARG002
        """Return nothing: two publishes within one tick of its clock look the same."""
        return ""

    def parse(self, request: Request, source: Source) -> tuple[Reference, ...]:
        """Return the document of an entry's event, where its type is one of ours."""
        said = request.json()
        entry, model = said.get("entry"), str(said.get("model") or "")
        event = str(said.get("event") or "")
        if event not in HEARD or model not in _types(source):
            return ()
        if not isinstance(entry, dict) or not isinstance(entry.get("documentId"), str):
            raise Rejected("malformed", "expected an entry with a documentId")
        locale = word(entry.get("locale"), "locale")
        return (Reference(entry["documentId"], model, locale, event in OVER),)

    def fetch(self, reference: Reference, source: Source) -> Call:
        """Ask for the published version, in the hint's locale or in all."""
        segment(reference.external_id)
        asked = {"filters[documentId][$eq]": reference.external_id, "pagination[pageSize]": EACH}
        plural = _types(source).get(reference.kind, reference.kind)
        return _listing(plural, reference.locale or ALL, asked, source)

    def items(self, reference: Reference, response: Response, source: Source) -> tuple[Item, ...]:
        """Read a document's locales; one that is not published is not found."""
        told = response.json()
        with reading("a list of documents"):
            return tuple(_item(one, reference.kind, source) for one in told["data"])

    def sync(self, cursor: str, source: Source) -> Call:
        """Ask for the next part: the cursor is type, locale and number of the part."""
        model, locale, number = _place(cursor, source)
        asked = {
            "sort[0]": "documentId:asc",
            "sort[1]": "id:asc",
            "pagination[page]": number,
            "pagination[pageSize]": EACH,
        }
        return _listing(_types(source)[model], locale, asked, source)

    def page(self, cursor: str, response: Response, source: Source) -> Page:
        """Read one part; after the last of a type and locale comes the first of the next."""
        model, locale, number = _place(cursor, source)
        told = response.json()
        with reading("a part of a collection"):
            items, unread = legible(told["data"], lambda one: [_item(one, model, source)])
            last = number >= told["meta"]["pagination"]["pageCount"]
        if not last:
            return Page(items, next=f"{model} {locale} {number + 1}", unread=unread)
        places = _places(source)
        after = places.index((model, locale)) + 1
        more = " ".join((*places[after], "1")) if after < len(places) else None
        return Page(items, next=more, unread=unread)


def _listing(plural: str, locale: str, asked: Mapping[str, object], source: Source) -> Call:
    """Return the call for published documents of a type."""
    told = {"status": "published", "populate": "*", "locale": locale, **asked}
    return Call(f"{source.at(f'/api/{segment(plural)}')}?{urlencode(told)}", source.bearer())


def _types(source: Source) -> dict[str, str]:
    """Return the plural of every model; without one an s is added."""
    parts = [one.partition(":") for one in source.listed("types")]
    return {model: plural or f"{model}s" for model, _, plural in parts}


def _places(source: Source) -> list[tuple[str, str]]:
    locales = source.listed("locales") or [ALL]
    return [(model, locale) for model in _types(source) for locale in locales]


def _place(cursor: str, source: Source) -> tuple[str, str, int]:
    places = _places(source)
    if not places:
        raise Unreadable("expected the option types, as in hero:heroes")
    model, locale, number = cursor.split(" ") if cursor else ("", "", "")
    if (model, locale) not in places:  # the beginning, or a place that is read no more
        return (*places[0], 1)
    return model, locale, int(number)


def _item(data: Mapping[str, Any], kind: str, source: Source) -> Item:
    with reading("a document"):
        fields = {name: value for name, value in data.items() if name not in OWN}
        html = fields.get(source.options.get("html", ""))
        return Item(
            external_id=data["documentId"],
            kind=kind,
            locale=data.get("locale") or "",
            version=micros(data["updatedAt"]),
            published=data.get("publishedAt") is not None,
            title=str(fields.get(source.options.get("title", "title")) or ""),
            fields=fields,
            html=html if isinstance(html, str) else None,
        )
