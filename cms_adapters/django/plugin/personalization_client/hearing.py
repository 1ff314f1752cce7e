"""What the server tells the CMS: verified on the raw bytes, acted upon once and in order."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from personalization_client import catalogue, decisions, signatures
from personalization_client.connection import Connection
from personalization_client.contents import shelf
from personalization_client.models import Heard, Newest
from personalization_client.signals import purged

KEPT = timedelta(days=8)
"""Longer than a delivery is retried."""
CHANGES = ("segment.", "slot.", "variant.", "experiment.")


class Refused(Exception):  # noqa: N818 - an answer, not a programming error
    """A delivery that is not taken: the status to answer, and why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class News:
    """A delivery, read."""

    message: str
    type: str
    generation: int
    tags: tuple[str, ...]
    urls: tuple[str, ...]


def hear(to: Connection, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Take one delivery; return what became of it. ``Refused`` for what is not the server's."""
    secrets = to.endpoint_secret.split()
    if not secrets or not signatures.verifies(headers, body, secrets, int(time.time())):
        raise Refused(401, "signature")
    news = _read(headers.get("webhook-id", ""), body)
    try:
        with transaction.atomic():
            return _act(to, news)
    except IntegrityError:
        return {"duplicate": True}


def _read(message: str, body: bytes) -> News:
    try:
        said = json.loads(body)
        data = said.get("data") or {}
        purge = data.get("purge") or {}
        named = [f"segment:{name}" for name in data.get("segments") or ()]
        named += [f"slot:{name}" for name in data.get("slots") or ()]
        return News(
            message=message[:200],
            type=str(said["type"])[:60],
            generation=int(data.get("generation") or 0),
            tags=tuple(sorted({*named, *map(str, purge.get("tags") or ())})),
            urls=tuple(map(str, purge.get("urls") or ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Refused(400, "malformed") from None


def _act(to: Connection, news: News) -> dict[str, Any]:
    """Act once: should it fail half-way, nothing is remembered, and the server tells it again."""
    now = timezone.now()
    Heard.objects.create(message=news.message, type=news.type, heard_at=now)
    Heard.objects.filter(heard_at__lt=now - KEPT).delete()
    if not news.type.startswith(CHANGES):
        return {"purged": []}
    fresh = _newer(to.host, news)
    if not fresh and not (news.urls and not news.tags):
        return {"stale": True}
    catalogue.forget(to)
    decisions.forget(to)
    if shelf.provider:
        shelf.provider.purge(fresh, news.urls)
    purged.send(sender=None, tags=tuple(fresh), urls=news.urls)
    return {"purged": fresh}


def _newer(host: str, news: News) -> Sequence[str]:
    """Return the tags of which this is the newest heard: one told late hides no other's news.

    News without a tag is of the site as a whole.
    """
    fresh = []
    for tag in news.tags or ("*",):
        named = tag[:200]
        row, made = Newest.objects.select_for_update().get_or_create(
            host=host, tag=named, defaults={"generation": news.generation}
        )
        if made or row.generation < news.generation:
            row.generation = news.generation
            row.save(update_fields=["generation"])
            fresh.append(tag)
    return fresh
