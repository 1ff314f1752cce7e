"""The slots and segments an editor may choose from: asked seldom, kept long, never in the way."""

import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from personalization_client.calls import Answer, Away, call
from personalization_client.connection import Connection

FRESH = 60
"""Seconds an answer is taken for granted."""
PAUSE = 15
"""Seconds the server is left alone after it did not answer: a form with ten choosers waits once."""
KEPT = 30 * 24 * 3600


@dataclass(frozen=True)
class Listing:
    """What there is to choose from; ``state`` is fresh, kept (of ``at``), away or unconfigured."""

    names: tuple[str, ...]
    state: str
    why: str = ""

    def __str__(self) -> str:
        """Say the state to an editor; nothing where all is well."""
        return {
            "fresh": "",
            "kept": _(
                "The personalization server does not answer. This is the list as last heard."
            ),
            "away": _("The personalization server does not answer. You may type a name you know."),
            "unconfigured": _("The personalization server is not configured for this site."),
        }[self.state]


def slots(connection: Connection) -> Listing:
    """Return the keys of the site's slots."""
    return _listing(connection, "slots", "slot")


def segments(connection: Connection) -> Listing:
    """Return the names of the site's segments."""
    return _listing(connection, "segments", "segment")


def forget(connection: Connection) -> None:
    """Have the next look ask anew; what was heard stays for the case that nobody answers."""
    for path in ("slots", "segments"):
        kept = cache.get(_key(connection, path))
        if kept:
            cache.set(_key(connection, path), {**kept, "at": 0.0, "paused": 0.0}, KEPT)


def _listing(connection: Connection, path: str, name: str) -> Listing:
    if not connection.asks:
        return Listing((), "unconfigured")
    kept: dict[str, Any] = cache.get(_key(connection, path)) or {}
    now = time.time()
    if now - kept.get("at", 0.0) < FRESH:
        return Listing(tuple(kept["names"]), "fresh")
    why = kept.get("why", "")
    if now - kept.get("paused", 0.0) > PAUSE:
        try:
            fresh = _ask(connection, path, name, kept)
            cache.set(_key(connection, path), {**fresh, "at": now}, KEPT)
            return Listing(tuple(fresh["names"]), "fresh")
        except Away as fault:
            why = str(fault)
            cache.set(_key(connection, path), {**kept, "paused": now, "why": why}, KEPT)
    names = tuple(kept.get("names", ()))
    return Listing(names, "kept" if "names" in kept else "away", why)


def _ask(connection: Connection, path: str, name: str, kept: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {connection.secret_key}"}
    if kept.get("etag"):
        headers["If-None-Match"] = kept["etag"]
    answer = call(f"{connection.server}/v1/{path}", headers)
    if answer.status == 304 and "names" in kept:  # noqa: PLR2004 - HTTP's own number
        return {"names": kept["names"], "etag": kept["etag"]}
    return {"names": _names(answer, path, name), "etag": answer.headers.get("etag", "")}


def _names(answer: Answer, path: str, name: str) -> list[str]:
    if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise Away(f"the server answered {answer.status}")
    try:
        return [str(row[name]) for row in answer.json()[path]]
    except (KeyError, TypeError):
        raise Away("the server answered another kind of list") from None


def _key(connection: Connection, path: str) -> str:
    return f"personalization:{connection.mark}:{path}"
