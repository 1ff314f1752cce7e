"""How the services are: up or not, which version, and set up so that nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis

from personalization.plant import places
from personalization.plant.account import PlantError

OLDEST_POSTGRES = 140_000
OLDEST_REDIS = (6, 2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One service as found: what is wrong with it stands in ``faults``, each a sentence."""

    name: str
    up: bool
    embedded: bool
    where: str
    version: str = ""
    detail: str = ""
    faults: tuple[str, ...] = ()


def services() -> list[Finding]:
    """Look at PostgreSQL, the broker and the cache."""
    return [
        database(),
        _redis("broker", places.broker_url(), embedded=places.embeds_broker()),
        _redis("cache", places.cache_url(), embedded=places.embeds_cache()),
    ]


def database() -> Finding:
    """Look at PostgreSQL: reachable, young enough, and every commit on disk before it is told."""
    url, embedded = places.database_url(), places.embeds_database()
    where = hide(url)
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            number = connection.info.server_version
            asked = "SELECT current_setting('synchronous_commit'), current_setting('fsync')"
            commit, fsync = connection.execute(asked).fetchone() or ("", "")
    except psycopg.Error as fault:
        words = str(fault).strip().splitlines()
        return Finding("postgres", False, embedded, where, faults=(words[0] if words else "down",))
    faults = []
    if number < OLDEST_POSTGRES:
        faults.append("PostgreSQL 14 or newer is needed")
    if commit == "off":
        faults.append("synchronous_commit is off: events acknowledged may be lost in a crash")
    if fsync == "off":
        faults.append("fsync is off: a crash of the machine may destroy the database")
    version = f"{number // 10_000}.{number % 10_000}"
    return Finding("postgres", True, embedded, where, version, "", tuple(faults))


def _redis(name: str, url: str, *, embedded: bool) -> Finding:
    where = hide(url)
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            told: dict[str, Any] = client.info()
    except redis.RedisError as fault:
        return Finding(name, False, embedded, where, faults=(str(fault) or type(fault).__name__,))
    version = str(told.get("valkey_version") or told.get("redis_version", ""))
    policy = str(told.get("maxmemory_policy", "unknown"))
    faults = []
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST_REDIS:
        faults.append("Redis 6.2, Valkey 7.2 or newer is needed")
    if name == "broker" and policy not in ("noeviction", "unknown"):
        faults.append(
            f"the broker evicts ({policy}) and would lose tasks silently: "
            "CONFIG SET maxmemory-policy noeviction, or give another BROKER_URL"
        )
    detail = f"{policy}, {told.get('used_memory_human', '?')}"
    return Finding(name, True, embedded, where, version, detail, tuple(faults))


def away() -> list[str]:
    """Return the names of the given services that do not answer: the house starts without them.

    Raise PlantError where one answers but would lose what it is given.
    """
    given = [found for found in services() if not found.embedded]
    for found in given:
        if found.up and found.faults:
            raise PlantError(f"{found.name} at {found.where}: {'; '.join(found.faults)}")
    return [found.name for found in given if not found.up]


def hide(url: str) -> str:
    """Return the URL without its secrets.

    >>> hide("redis://:secret@cache:6379/1")
    'redis://cache:6379/1'
    """
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
