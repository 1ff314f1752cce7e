"""The relay: takes letters from the outbox to the cache and rings the bell, in one pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson
import redis
from redis.commands.core import Script

from personalization.plant import places
from personalization.push import shelf
from personalization.push.outbox import Letter


@cache
def client() -> redis.Redis:
    """Return this process's connections to the cache; every call has a short deadline."""
    return redis.Redis.from_url(
        places.cache_url(), socket_timeout=2, socket_connect_timeout=0.5, protocol=2
    )


@cache
def _put() -> Script:
    return client().register_script(shelf.PUT)


@cache
def _say() -> Script:
    return client().register_script(shelf.SAY)


def send(letters: Iterable[Letter], snapshots: Mapping[str, bytes]) -> None:
    """Write what the letters say to the cache and ring; raises RedisError where it is down."""
    pipe = client().pipeline(transaction=False)
    for letter in letters:
        SENDERS[letter.kind](pipe, letter, snapshots)
    pipe.execute()


def _profiles(pipe: Any, letter: Letter, snapshots: Mapping[str, bytes]) -> None:
    """Profiles moved on: identities, snapshots, recent moves, and a ring for each."""
    for identity, person, view in letter.payload["identities"]:
        key = shelf.identity(letter.site, identity)
        pipe.hset(key, mapping={"person": person, "view": view})
        pipe.expire(key, shelf.LIFETIME)
    for profile, version, moves in letter.payload["profiles"]:
        if profile in snapshots:
            recent = orjson.dumps({"version": version, "moves": moves}) if moves else b""
            keys = [f(letter.site, profile) for f in (shelf.snapshot, shelf.version, shelf.moves)]
            values = [version, snapshots[profile], shelf.LIFETIME, recent, shelf.RECENT]
            _put()(keys=keys, args=values, client=pipe)
        _ring(pipe, "snapshot", letter.site, profile=profile, version=version, moves=moves)
    for type_, data in letter.payload.get("effects", ()):
        _ring(pipe, "site", letter.site, type=type_, data=data)


def _gone(pipe: Any, letter: Letter, _: Mapping[str, bytes]) -> None:
    """A profile became part of another: its snapshot goes, its sockets look again."""
    for profile, into in letter.payload["profiles"]:
        pipe.delete(shelf.snapshot(letter.site, profile), shelf.moves(letter.site, profile))
        _ring(pipe, "snapshot", letter.site, profile=profile, into=into, moves=[], version=0)


def _consent(pipe: Any, letter: Letter, _: Mapping[str, bytes]) -> None:
    """Somebody said yes or no: readers see it before the drain does."""
    identity = letter.payload["identity"]
    values = [orjson.dumps(letter.payload["consent"]), letter.payload["at"], shelf.LIFETIME]
    _say()(keys=[shelf.identity(letter.site, identity)], args=values, client=pipe)
    _ring(pipe, "consent", letter.site, identity=identity)


def _generation(pipe: Any, letter: Letter, _: Mapping[str, bytes]) -> None:
    """A site published: every process loads the new generation."""
    _ring(pipe, "generation", letter.site, generation=letter.payload["generation"])
    for type_, data in letter.payload.get("effects", ()):
        _ring(pipe, "site", letter.site, type=type_, data=data)


def _ring(pipe: Any, kind: str, site: int, **rest: object) -> None:
    pipe.publish(shelf.BELL, orjson.dumps({"kind": kind, "site": site, **rest}))


SENDERS = {
    "profiles": _profiles,
    "gone": _gone,
    "consent": _consent,
    "generation": _generation,
}
"""What each kind of letter does when it leaves."""
