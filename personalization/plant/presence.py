"""Who else has the same thing open: every page says so now and then, and is soon forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import redis

from personalization.plant import places

PREFIX = "pz:here:"
LASTS = 45
"""Seconds after which a page that says nothing any more is taken for closed."""


def say(thing: str, page: str, said: Mapping[str, Any], now: int) -> list[dict[str, Any]]:
    """Say that a page has a thing open, and return what the other pages said, by when they did.

    ``now`` is in microseconds. Raises ``redis.RedisError``.
    """
    key = f"{PREFIX}{thing}"
    with redis.Redis.from_url(places.cache_url(), socket_timeout=2) as client:
        with client.pipeline() as all_:
            all_.hset(key, page, orjson.dumps({**said, "at": now}))
            all_.expire(key, LASTS)
            all_.hgetall(key)
            found: dict[bytes, bytes] = all_.execute()[-1]
        told = {name.decode(): orjson.loads(text) for name, text in found.items()}
        gone = [name for name, one in told.items() if one["at"] < now - LASTS * 1_000_000]
        if gone:
            client.hdel(key, *gone)
    others = [one for name, one in told.items() if name not in (page, *gone)]
    return sorted(others, key=lambda one: (one["at"], str(one)))


def leave(thing: str, page: str) -> None:
    """Say that a page is closed. Raises ``redis.RedisError``."""
    with redis.Redis.from_url(places.cache_url(), socket_timeout=2) as client:
        client.hdel(f"{PREFIX}{thing}", page)
