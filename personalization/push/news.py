"""A site's news: what happened, in an order that never changes, for webhooks and the replay feed.

News are written as a letter in the transaction that caused them. One process at a time takes what
is committed and gives it the next numbers: so whoever has read up to a number has missed nothing,
however many write at once and in whatever order they commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import transaction

from personalization.plant import sql
from personalization.plant.instants import SECOND, to_text
from personalization.push import coalescing, outbox
from personalization.push.models import Feed, News

MOVES = ("segment.entered", "segment.exited")
"""What is about one person: told only to those who may see subjects, and never coalesced."""
PING = "ping"
TYPES = (
    *MOVES,
    *("segment.changed", "slot.changed", "variant.published", "variant.unpublished"),
    *("content.requested", "alarm.raised", "alarm.cleared"),
)
"""What a site tells of itself."""
KEPT = 7 * 86_400 * SECOND
"""So long the feed goes back."""
AT_ONCE = 200
"""Letters that are numbered in one transaction."""
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('push news'))"
ANY = "SELECT 1 FROM push_outbox WHERE kind = 'news' LIMIT 1"
NUMBER = """
INSERT INTO push_feed (site_id, last, floor) VALUES (%s, %s, 0)
ON CONFLICT (site_id) DO UPDATE SET last = push_feed.last + excluded.last RETURNING last
"""
WRITE = """
INSERT INTO push_news (site_id, number, type, profile, at, data)
SELECT %s, number, type, nullif(profile, '')::uuid, at, data
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::bigint[], %s::jsonb[])
    AS n (number, type, profile, at, data)
"""
FORGET = """
DELETE FROM push_news WHERE profile = ANY(%b::text[]::uuid[]) RETURNING site_id, number
"""


class Told(NamedTuple):
    """One piece of news before it has its number: ``profile`` is whom it is about, if anybody."""

    type: str
    at: int
    data: Mapping[str, Any]
    profile: str = ""


class Item(NamedTuple):
    """One piece of news under its number."""

    number: int
    type: str
    at: int
    data: Mapping[str, Any]
    profile: str = ""

    def envelope(self) -> dict[str, Any]:
        """Return it as it is sent."""
        return coalescing.envelope(self.type, to_text(self.at), self.data)


def write(site: int, generation: int, told: Iterable[Sequence[Any]], now: int) -> None:
    """Let news, pairs of a type and its data, wait for their numbers, in this transaction."""
    known = [[kind, data] for kind, data in told if kind in TYPES]
    if known:
        letter = {"at": now, "generation": generation, "news": known}
        outbox.write(site, outbox.NEWS, "", letter, now)


def waits() -> bool:
    """Return whether there are news without a number."""
    return bool(sql.rows(ANY))


def take() -> list[outbox.Letter]:
    """Return the oldest letters of news for this transaction; none while another has them."""
    ((mine,),) = sql.rows(LOCK)
    return outbox.news(AT_ONCE) if mine else []


def number(site: int, told: Sequence[Told]) -> list[Item]:
    """Give news their numbers, in this order, and keep them."""
    ((last,),) = sql.rows(NUMBER, [site, len(told)])
    first = last - len(told) + 1
    items = [Item(first + place, one.type, one.at, one.data, one.profile)
             for place, one in enumerate(told)]  # fmt: skip
    data = [orjson.dumps(item.data).decode() for item in items]
    columns = [[getattr(i, name) for i in items] for name in ("number", "type", "profile", "at")]
    sql.run(WRITE, [site, *columns, data])
    return items


def read(site: int, after: int, types: Iterable[str], limit: int) -> list[Item]:
    """Return the next news after a number, of these types (none: all), oldest first."""
    rows = News.objects.filter(site_id=site, number__gt=after).order_by("number")
    wanted = list(types)
    found = rows.filter(type__in=wanted) if wanted else rows
    return [_item(row) for row in found[:limit]]


def between(site: int, since: int, until: int, limit: int) -> list[Item]:
    """Return the news of two instants and the time between them, oldest first."""
    rows = News.objects.filter(site_id=site, at__gte=since, at__lte=until).order_by("number")
    return [_item(row) for row in rows[:limit]]


def _item(row: News) -> Item:
    profile = row.profile.hex if isinstance(row.profile, UUID) else ""
    return Item(row.number, row.type, row.at, row.data, profile)


def bounds(site: int) -> tuple[int, int]:
    """Return the numbers behind which the feed begins, and with which it ends."""
    feed = Feed.objects.filter(pk=site).first()
    return (feed.floor, feed.last) if feed else (0, 0)


def forget(profiles: Iterable[str]) -> list[tuple[int, int]]:
    """Forget what was told of profiles; return the sites and numbers."""
    return [(site, number) for site, number in sql.rows(FORGET, [list(profiles)])]


def sweep(now: int) -> int:
    """Forget what is older than the feed goes back; return how much."""
    gone = 0
    for feed in Feed.objects.all():
        old = News.objects.filter(site_id=feed.pk, at__lt=now - KEPT)
        newest = old.order_by("-number").values_list("number", flat=True).first()
        if newest is not None:
            with transaction.atomic():
                Feed.objects.filter(pk=feed.pk).update(floor=newest)
                gone += News.objects.filter(site_id=feed.pk, number__lte=newest).delete()[0]
    return gone
