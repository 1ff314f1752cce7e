"""WordPress with our plugin: Standard Webhooks, posts by its own REST API.

Source: developer.wordpress.org/rest-api. Options: ``types`` are the addresses of post types
(posts, pages), with commas. The token is an application password, as ``user:password``.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from cms_adapters.instants import micros
from cms_adapters.messages import (
    FORBIDDEN,
    GONE,
    MISSING,
    NOT_ALLOWED,
    Call,
    Item,
    Page,
    Reference,
    Request,
    Response,
    Source,
    Unreadable,
    reading,
    segment,
)
from cms_adapters.parts import legible
from cms_adapters.registry import adapters
from cms_adapters.standard import Standard

REST = "/wp-json/wp/v2"
TYPES = "posts,pages"
HIDDEN = "rest_forbidden"
"""What a post answers that is not for us: not published, to strangers and to plain subscribers.

A wrong password answers something else.
"""
BEYOND, MALFORMED = "rest_post_invalid_page_number", 400
"""What a part answers that is no more, because posts were deleted while we read."""
FIELDS = "id,type,status,link,modified_gmt,title,content,excerpt,slug,meta"
EACH = 100


@adapters.named("wordpress")
class WordPress(Standard):
    """The plugin's hint names a post; the REST API has it."""

    label = "WordPress"

    def parse(self, request: Request, source: Source) -> tuple[Reference, ...]:
        """Return the post; a locale says nothing, for a translation is a post of its own."""
        return tuple(replace(one, locale="") for one in super().parse(request, source))

    def fetch(self, reference: Reference, source: Source) -> Call:
        """Ask for the post; its kind is the address of its type."""
        kind, number = reference.kind or "posts", segment(reference.external_id)
        path = f"{REST}/{segment(kind)}/{number}"
        return Call(f"{source.at(path)}?{urlencode({'_fields': FIELDS})}", _password(source))

    def items(self, reference: Reference, response: Response, source: Source) -> tuple[Item, ...]:  # noqa: ARG002
        """Read a post; one that is missing, in the bin or hidden is none."""
        if response.status in (MISSING, GONE) or _says(response, (NOT_ALLOWED, FORBIDDEN), HIDDEN):
            return ()
        return (_item(response.json(), reference.kind or "posts"),)

    def sync(self, cursor: str, source: Source) -> Call:
        """Ask for the next part: the cursor is type and number of the part."""
        kind, number = _place(cursor, source)
        asked = {"per_page": EACH, "page": number, "orderby": "id", "order": "asc"}
        query = urlencode({**asked, "_fields": FIELDS})
        path = f"{REST}/{segment(kind)}"
        return Call(f"{source.at(path)}?{query}", _password(source))

    def page(self, cursor: str, response: Response, source: Source) -> Page:
        """Read one part; how many there are stands in a header."""
        kind, number = _place(cursor, source)
        told = [] if _says(response, (MALFORMED,), BEYOND) else response.json()
        if not isinstance(told, list):
            raise Unreadable("expected a list of posts")
        items, unread = legible(told, lambda one: [_item(one, kind)])
        total = response.headers.get("x-wp-totalpages", "")
        if number < (int(total) if total.isdecimal() else 0):
            return Page(items, next=f"{kind} {number + 1}", unread=unread)
        types = source.listed("types", TYPES)
        after = types.index(kind) + 1
        following = f"{types[after]} 1" if after < len(types) else None
        return Page(items, next=following, unread=unread)


def _password(source: Source) -> dict[str, str]:
    if not source.token:
        return {}
    return {"authorization": f"Basic {base64.b64encode(source.token.encode()).decode()}"}


def _says(response: Response, statuses: tuple[int, ...], code: str) -> bool:
    """Return whether an answer is a refusal of this name."""
    if response.status not in statuses:
        return False
    said = Response(200, response.body).json()
    return isinstance(said, dict) and said.get("code") == code


def _place(cursor: str, source: Source) -> tuple[str, int]:
    if not cursor:
        return source.listed("types", TYPES)[0], 1
    kind, number = cursor.rsplit(" ", 1)
    return kind, int(number)


def _item(post: Mapping[str, Any], kind: str) -> Item:
    with reading("a post"):
        texts = {name: _rendered(post.get(name)) for name in ("title", "content", "excerpt")}
        meta = post.get("meta")
        return Item(
            external_id=str(post["id"]),
            kind=kind,
            locale="",
            version=micros(post["modified_gmt"]),
            published=post.get("status") == "publish" and not _is_locked(post.get("content")),
            title=html.unescape(texts["title"]),
            fields={**(meta if isinstance(meta, dict) else {}), "excerpt": texts["excerpt"]},
            html=texts["content"],
            url=post.get("link") or "",
        )


def _is_locked(said: object) -> bool:
    """Return whether a post is behind a password: its title and excerpt are nobody's either."""
    return isinstance(said, dict) and bool(said.get("protected"))


def _rendered(said: object) -> str:
    return str(said.get("rendered") or "") if isinstance(said, dict) else ""
