"""The relay: takes letters from the outbox to the cache and rings the bell, in one pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import orjson
import redis
from redis.commands.core import Script

from personalization.plant import places
from personalization.push import shelf
from personalization.push.outbox import Letter

Ring = dict[str, Any]
Thing = TypeVar("Thing")

AT_ONCE = 100
"""So many profiles are written, and rings rung, in one command."""


@cache
def client() -> redis.Redis:
    """Return this process's connections to the cache; every call has a short deadline."""
    return redis.Redis.from_url(
        places.cache_url(), socket_timeout=2, socket_connect_timeout=0.5, protocol=2
    )


@cache
def _script(text: str) -> Script:
    return client().register_script(text)


def send(letters: Iterable[Letter], snapshots: Mapping[str, bytes]) -> None:
    """Write what the letters say to the cache and ring; raises RedisError where it is down."""
    pipe = client().pipeline(transaction=False)
    rings: list[Ring] = []
    for letter in letters:
        rings += SENDERS[letter.kind](pipe, letter, snapshots)
    for part in _parts(rings):
        pipe.publish(shelf.BELL, orjson.dumps(part))
    pipe.execute()


def _parts(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """Yield the things some at a time: what the cache does at one go stays short."""
    for start in range(0, len(things), AT_ONCE):
        yield things[start : start + AT_ONCE]


def _profiles(pipe: Any, letter: Letter, snapshots: Mapping[str, bytes]) -> list[Ring]:
    """Profiles moved on: identities, snapshots, recent moves, and a ring for each."""
    for part in _parts(letter.payload["identities"]):
        keys = [shelf.identity(letter.site, identity) for identity, _, _ in part]
        whose = [name for _, person, view in part for name in (person, view)]
        _script(shelf.KNOW)(keys=keys, args=[shelf.LIFETIME, letter.id, *whose], client=pipe)
    profiles = letter.payload["profiles"]
    for part in _parts([told for told in profiles if told[0] in snapshots]):
        _put(pipe, letter.site, part, snapshots)
    rings = [
        _ring("snapshot", letter.site, profile=profile, version=version, moves=moves)
        for profile, version, moves in profiles
    ]
    return rings + _effects(letter)


def _put(pipe: Any, site: int, told: Sequence[Any], snapshots: Mapping[str, bytes]) -> None:
    keys: list[str] = []
    values: list[Any] = [shelf.LIFETIME, shelf.RECENT]
    for profile, version, moves in told:
        keys += [f(site, profile) for f in (shelf.snapshot, shelf.version, shelf.moves)]
        recent = orjson.dumps({"version": version, "moves": moves}) if moves else b""
        values += [version, snapshots[profile], recent]
    _script(shelf.PUT)(keys=keys, args=values, client=pipe)


def _gone(pipe: Any, letter: Letter, _: Mapping[str, bytes]) -> list[Ring]:
    """A profile became part of another: its snapshot goes, its sockets look again."""
    rings = []
    for profile, into in letter.payload["profiles"]:
        keys = [f(letter.site, profile) for f in (shelf.snapshot, shelf.version, shelf.moves)]
        _script(shelf.DROP)(keys=keys, args=[letter.payload["version"]], client=pipe)
        rings.append(
            _ring("snapshot", letter.site, profile=profile, into=into, moves=[], version=0)
        )
    return rings


def _consent(pipe: Any, letter: Letter, _: Mapping[str, bytes]) -> list[Ring]:
    """Somebody said yes or no: readers see it before the drain does."""
    identity = letter.payload["identity"]
    values = [orjson.dumps(letter.payload["consent"]), letter.payload["at"], shelf.LIFETIME]
    keys = [shelf.identity(letter.site, identity)]
    _script(shelf.SAY)(keys=keys, args=values, client=pipe)
    return [_ring("consent", letter.site, identity=identity)]


def _generation(_: Any, letter: Letter, __: Mapping[str, bytes]) -> list[Ring]:
    """A site published: every process loads the new generation."""
    number = letter.payload["generation"]
    return [_ring("generation", letter.site, generation=number), *_effects(letter)]


def _effects(letter: Letter) -> list[Ring]:
    effects = letter.payload.get("effects", ())
    return [_ring("site", letter.site, type=type_, data=data) for type_, data in effects]


def _ring(kind: str, site: int, **rest: Any) -> Ring:
    return {"kind": kind, "site": site, **rest}


Sender = Callable[[Any, Letter, Mapping[str, bytes]], list[Ring]]
SENDERS: dict[str, Sender] = {
    "profiles": _profiles,
    "gone": _gone,
    "consent": _consent,
    "generation": _generation,
}
"""What each kind of letter does when it leaves."""
