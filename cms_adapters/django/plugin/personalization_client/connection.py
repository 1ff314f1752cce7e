"""Which server a site of this CMS talks to, and with which keys.

Secrets come from Django's settings or the environment only, never from the database. A plugin may
let editors say per site which server and publishable key a page uses: see ``public``.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connections
from django.http import HttpRequest

AGE = 60
"""Seconds after which another process's change of the editors' half is looked for."""
NAMES = (
    "SERVER",
    "PUBLISHABLE_KEY",
    "SECRET_KEY",
    "HOOK",
    "HOOK_SECRET",
    "ENDPOINT_SECRET",
    "TOKEN",
    "RENDER",
    "SEGMENTS_HEADER",
    "CONSENT",
)
Public = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True)
class Connection:
    """What is configured for one host of this CMS; empty where nothing is.

    ``server`` is where our calls go, ``page_server`` where a page's script comes from. Several
    secrets or tokens, separated by spaces, are live while one is being replaced.
    """

    host: str = ""
    server: str = ""
    page_server: str = ""
    publishable_key: str = ""
    secret_key: str = ""
    hook: str = ""
    hook_secret: str = ""
    endpoint_secret: str = ""
    token: str = ""
    render: str = "browser"
    segments_header: str = ""
    consent: str = "ask"

    @property
    def asks(self) -> bool:
        """Whether the server can be asked for slots, segments and decisions."""
        return bool(self.server and self.secret_key)

    @property
    def tells(self) -> bool:
        """Whether the server can be told what was published."""
        return bool(self.hook and self.hook_secret)

    @property
    def mark(self) -> str:
        """What tells this connection's kept answers from another's, without its secret."""
        said = f"{self.server} {self.secret_key}".encode()
        return blake2b(said, digest_size=8).hexdigest()


def of(host: str = "") -> Connection:
    """Return the connection of one host, which is the one of all where it has none of its own."""
    host = host.partition(":")[0].lower()
    told = {name: setting(name, host) for name in NAMES}
    public = editors.half(host)
    server = told["SERVER"].rstrip("/")
    return Connection(
        host=host,
        server=server,
        page_server=(public.get("server") or server).rstrip("/"),
        publishable_key=public.get("publishable_key") or told["PUBLISHABLE_KEY"],
        secret_key=told["SECRET_KEY"],
        hook=told["HOOK"],
        hook_secret=told["HOOK_SECRET"],
        endpoint_secret=told["ENDPOINT_SECRET"],
        token=told["TOKEN"],
        render=told["RENDER"] or "browser",
        segments_header=told["SEGMENTS_HEADER"],
        consent=told["CONSENT"] or "ask",
    )


def of_request(request: HttpRequest | None) -> Connection:
    """Return the connection of the host a request is for; that of all where there is none."""
    try:
        return of(request.get_host() if request else "")
    except DisallowedHost:
        return of()


def setting(name: str, host: str) -> str:
    """Return a setting: the host's own, then that of all hosts, then the environment's."""
    given: Mapping[str, Any] = getattr(settings, "PERSONALIZATION", {})
    own = given.get("SITES", {}).get(host, {})
    said = own.get(name) or given.get(name) or os.environ.get(f"PERSONALIZATION_{name}", "")
    return said if isinstance(said, str) else " ".join(said)


class Editors:
    """What editors said per site, kept in the process: a page view never asks the database.

    The first look asks; a look at what is old takes what is there and has it renewed in a thread.
    """

    def __init__(self) -> None:
        self.public: Public | None = None
        self._halves: dict[str, tuple[float, Mapping[str, str]]] = {}

    def half(self, host: str) -> Mapping[str, str]:
        """Return server and publishable key as editors said them for a host."""
        if self.public is None:
            return {}
        now = time.monotonic()
        at, kept = self._halves.get(host, (None, {}))
        if at is None:
            return self._read(host)
        if now - at > AGE:
            self._halves[host] = (now, kept)
            Thread(target=self._renew, args=(host,), daemon=True).start()
        return kept

    def forget(self, **_: object) -> None:
        """Drop what is kept: somebody changed it in this process."""
        self._halves.clear()

    def _renew(self, host: str) -> None:
        try:
            self._read(host)
        finally:
            connections.close_all()

    def _read(self, host: str) -> Mapping[str, str]:
        try:
            half = self.public(host) if self.public else {}
        except DatabaseError:
            return {}
        self._halves[host] = (time.monotonic(), half)
        return half


editors = Editors()
