"""What a variant looks like at a glance: a picture of it, else its first words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from personalization.content.models import Slot, VariantRevision

LONGEST = 140
"""Characters of the first words: two lines."""
LONGEST_PICTURE = 4_000
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")


def of(slot: Slot, most: int) -> dict[str, dict[str, str]]:
    """Return a glimpse of each variant's newest content, the one in force first, by its slug."""
    rows = VariantRevision.objects.filter(variant__slot=slot).select_related("variant")
    found: dict[str, dict[str, str]] = {}
    for row in rows.order_by("variant__slug", "locale", "-number")[: most * 10]:
        slug = row.variant.slug
        if slug not in found or (row.status == "live" and "live" not in found[slug]):
            live = {"live": "yes"} if row.status == "live" else {}
            found[slug] = {**glimpse(row.content), **live}
    return {slug: {k: v for k, v in one.items() if k != "live"} for slug, one in found.items()}


def glimpse(content: Any) -> dict[str, str]:
    """Return ``image`` where the content has one that this page may show, and ``text``.

    A page shows pictures of its own server alone, so that nobody outside hears of editors.

    >>> glimpse({"html": "<h2>Sale</h2><p>Now</p><img src='/static/a.png'>"})
    {'text': 'Sale Now', 'image': '/static/a.png'}
    >>> glimpse({"url": "https://shop.example/sale"})
    {'text': 'https://shop.example/sale'}
    """
    said = _Said()
    for text in _texts(content):
        if _shown(text):
            said.pictures.append(text)
        elif "<" in text:
            said.feed(text[:20_000])
        else:
            said.words.append(text)
    words = " ".join(" ".join(said.words).split())
    short = words if len(words) <= LONGEST else words[: LONGEST - 1] + "\u2026"
    picture = next(iter(said.pictures), "")
    return {"text": short, **({"image": picture} if picture else {})}


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping | list):
        for part in content.values() if isinstance(content, Mapping) else content:
            yield from _texts(part)


def _shown(url: str) -> bool:
    if len(url) > LONGEST_PICTURE:
        return False
    if url.startswith("data:image/"):
        return True
    ours = url.startswith("/") and not url.startswith(("//", "/\\"))
    return ours and url.partition("?")[0].lower().endswith(PICTURES)


class _Said(HTMLParser):
    """The words of a piece of HTML, and the pictures in it."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.pictures: list[str] = []

    def handle_data(self, data: str) -> None:
        """Take words."""
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a picture."""
        source = dict(attrs).get("src") or ""
        if tag == "img" and _shown(source):
            self.pictures.append(source)
