"""What the server decides for somebody in named segments: for previews, and for pages kept whole.

A page that is kept for everybody may show only what is everybody's. Each decision says so itself in
its cache scope; what is one visitor's own is left to the browser.
"""

import hashlib
import json
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from personalization_client.calls import Away, call
from personalization_client.connection import Connection

PATIENT = 10.0
"""Seconds an editor waits for a preview that was asked for."""
QUICK = 0.3
"""Seconds a visitor's page waits for the server at most, and then not again for a while."""
PAUSE = 10
MOST = 50
LONGEST = 24 * 3600
SAID = (
    *("slot", "variant", "content", "reason", "row", "revision"),
    *("fallback", "experiment", "ttl", "swap"),
)


@dataclass(frozen=True)
class Shown:
    """What a slot shows in the HTML: ``scope`` is static or public-permutation."""

    html: str
    variant: str
    scope: str
    max_age: int
    tags: tuple[str, ...]
    state: str
    """What the page's client takes the slot's decision from, so that it need not ask."""


def preview(
    connection: Connection, slot: str, segments: Iterable[str], locale: str
) -> dict[str, Any]:
    """Return the decision for somebody in exactly these segments; ``Away`` where there is none."""
    if not connection.asks:
        raise Away("the server is not configured")
    return _decide(connection, slot, segments, locale, PATIENT)


def kept(connection: Connection, slot: str, segments: Collection[str], locale: str) -> Shown | None:
    """Return what a kept page may show in a slot, or None: then the browser asks for itself."""
    if not connection.asks:
        return None
    epoch = cache.get(_key(connection, "epoch"), 0)
    matters = cache.get(_key(connection, "vary", epoch, slot))
    narrowed = sorted(set(segments) & set(matters) if matters is not None else set(segments))
    key = _key(connection, "shown", epoch, slot, locale, *narrowed[:MOST])
    found = cache.get(key)
    if found is None:
        found = _asked(connection, slot, narrowed[:MOST], locale, epoch)
        if found is None:
            return None
        cache.set(key, found, max(1, found["max_age"]))
    return Shown(**found) if found["scope"] in ("static", "public-permutation") else None


def forget(connection: Connection) -> None:
    """Have every kept decision asked for anew."""
    cache.set(_key(connection, "epoch"), time.time_ns(), None)
    cache.delete(_key(connection, "paused"))


def _asked(
    connection: Connection, slot: str, segments: list[str], locale: str, epoch: int
) -> dict[str, Any] | None:
    paused = _key(connection, "paused")
    if cache.get(paused):
        return None
    try:
        decision = _decide(connection, slot, segments, locale, QUICK)
    except Away:
        cache.set(paused, True, PAUSE)
        return None
    told = decision.get("cache", {})
    cache.set(_key(connection, "vary", epoch, slot), decision["vary"], LONGEST)
    content = decision.get("content") or {}
    shows = bool(decision.get("variant")) and content.get("type") == "html"
    scope = told.get("scope", "") if shows else ""
    return {
        "html": content.get("html", "") if shows else "",
        "variant": decision.get("variant") or "",
        "scope": scope,
        "max_age": int(told.get("maxAge") or decision.get("ttl") or 60),
        "tags": tuple(told.get("tags", ())),
        "state": _state(decision) if shows else "",
    }


def _state(decision: dict[str, Any]) -> str:
    """Return the state as JSON that may stand in a page."""
    said = {name: decision[name] for name in SAID if name in decision}
    state = {**decision["of"], "decisions": [said]}
    return json.dumps(state).replace("<", "\\u003c")


def _decide(
    connection: Connection, slot: str, segments: Iterable[str], locale: str, patience: float
) -> dict[str, Any]:
    asked = {"slots": [slot], "segments": list(segments), "locale": locale}
    headers = {
        "Authorization": f"Bearer {connection.secret_key}",
        "Content-Type": "application/json",
    }
    body = json.dumps(asked).encode()
    answer = call(f"{connection.server}/v1/decide", headers, body, patience)
    if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise Away(f"the server answered {answer.status}")
    told = answer.json()
    try:
        decision: dict[str, Any] = told["decisions"][0]
        of = {name: told[name] for name in ("generation", "cursor") if name in told}
        vary = told.get("cache", {}).get("vary", {}).get("segments", [])
    except (LookupError, TypeError, AttributeError):
        raise Away("the server answered no decision") from None
    return {**decision, "vary": vary, "of": of}


def _key(connection: Connection, *words: object) -> str:
    """Return the name of something kept: no words of a request run into one another in it."""
    said = hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]
    return f"personalization:{connection.mark}:{said}"
