"""What the CMS answers of its content: one entry, or everything part by part."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from personalization_client.ledger import Name
from personalization_client.models import Entry

MOST = 100
GONE = "gone:"


@dataclass(frozen=True)
class Item:
    """One published entry in one locale; the ledger's ``version`` counts where it is larger."""

    id: str
    kind: str
    locale: str
    version: int
    title: str
    url: str = ""
    html: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    published: bool = True


def absolute(told: list[dict[str, Any]], scheme: str) -> list[dict[str, Any]]:
    """Give items whose address has no scheme that of the request they are told to."""
    return [
        {**item, "url": f"{scheme}:{item['url']}" if item["url"].startswith("//") else item["url"]}
        for item in told
    ]


class Provider(Protocol):
    """What a plugin knows of its CMS's content. Nothing that is not public to everybody."""

    def entry(self, name: Name) -> Sequence[Item]:
        """Return a published entry, one item for each locale where none is named."""

    def page(self, after: str, limit: int) -> tuple[Sequence[Item], str]:
        """Return the next items in a fixed order, and where to go on; empty at the end."""

    def purge(self, tags: Sequence[str], urls: Sequence[str]) -> None:
        """Have kept pages thrown away: those with these tags' slots, and those at these URLs."""


class Shelf:
    """The one CMS of this installation."""

    provider: Provider | None = None


shelf = Shelf()


def one(name: Name) -> list[dict[str, Any]]:
    """Return an entry as it is now; nothing where not everybody may see it."""
    return _told(shelf.provider.entry(name)) if shelf.provider else []


def part(cursor: str, limit: int) -> dict[str, Any]:
    """Return one part of all there is: first what is published, then what is no more."""
    limit = max(1, min(limit, MOST))
    if cursor.startswith(GONE):
        return _gone(cursor.removeprefix(GONE), limit)
    if shelf.provider is None:
        return {"items": [], "gone": [], "next": ""}
    items, after = shelf.provider.page(cursor, limit)
    return {"items": _told(items), "gone": [], "next": after or f"{GONE}0"}


def _gone(after: str, limit: int) -> dict[str, Any]:
    start = int(after) if after.isdecimal() else 0
    rows = list(Entry.objects.filter(published=False, pk__gt=start).order_by("pk")[:limit])
    gone = [{"id": row.external_id, "kind": row.kind, "locale": row.locale} for row in rows]
    following = f"{GONE}{rows[-1].pk}" if len(rows) == limit else ""
    return {"items": [], "gone": gone, "next": following}


def _told(items: Sequence[Item]) -> list[dict[str, Any]]:
    ids = {item.id for item in items}
    rows = Entry.objects.filter(external_id__in=ids)
    held = {(row.kind, row.external_id, row.locale): row.version for row in rows}
    return [
        {
            **asdict(item),
            "version": max(item.version, held.get((item.kind, item.id, item.locale), 0)),
        }
        for item in items
    ]
