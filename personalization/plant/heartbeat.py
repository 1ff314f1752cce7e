"""Every process says that it lives, by a key in the cache that runs out by itself."""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

import orjson
import redis

from personalization.plant import places
from personalization.plant.clock import system

EVERY = 5.0
LASTS = 15
PREFIX = "pz:up:"


def start(role: str) -> threading.Event:
    """Begin to beat for this process; set the returned event to stop."""
    stopping = threading.Event()
    threading.Thread(target=_beat, args=(role, stopping), name="heartbeat", daemon=True).start()
    return stopping


def _beat(role: str, stopping: threading.Event) -> None:
    host, pid = socket.gethostname(), os.getpid()
    words = orjson.dumps({"role": role, "host": host, "pid": pid, "since": system.now()})
    key = f"{PREFIX}{role}:{host}:{pid}"
    client = _client()
    while True:
        try:
            client.set(key, words, ex=LASTS)
        except redis.RedisError:
            client.close()  # a cache that is away costs the sign of life, nothing else
        if stopping.wait(EVERY):
            break
    try:
        client.delete(key)
    except redis.RedisError:
        return
    finally:
        client.close()


def living() -> list[dict[str, Any]]:
    """Return the processes with a sign of life in the last LASTS seconds."""
    with _client() as client:
        keys = sorted(client.scan_iter(f"{PREFIX}*", count=10_000))
        found = client.mget(keys) if keys else []
    return [orjson.loads(words) for words in found if words]


def _client() -> redis.Redis:
    return redis.Redis.from_url(places.cache_url(), socket_timeout=1, socket_connect_timeout=1)
