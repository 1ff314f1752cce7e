"""Preview tokens: what a preview shows, sealed for a while; nobody else can read or make one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from personalization.plant.instants import SECOND
from personalization.sites import signing

PREFIX = "pv_"
USE = "preview"
USUAL = 86_400 * SECOND
LONGEST = 7 * USUAL
"""A preview ends after this many microseconds at the latest."""
LARGEST = 6_000
"""Characters of the longest token: it stands in an address."""


def mint(site: int, said: Mapping[str, Any], now: int, lasts: int = USUAL) -> tuple[str, int]:
    """Return a token for what a preview shows, and when it ends.

    ValueError where it would be too long for an address.
    """
    until = now + min(lasts, LONGEST)
    body = {"use": USE, "site": site, "until": until, "said": said}
    token = PREFIX + signing.seal(orjson.dumps(body).decode())
    if len(token) > LARGEST:
        raise ValueError(f"the token would have {len(token)} characters, {LARGEST} fit")
    return token, until


class Pass(NamedTuple):
    """What a preview shows, and when it ends."""

    said: dict[str, Any]
    until: int


def read(token: object, site: int, now: int) -> Pass | None:
    """Return what a token stands for, ``None`` for a false or foreign one and one that is over."""
    if not isinstance(token, str) or not token.startswith(PREFIX) or len(token) > LARGEST:
        return None
    text = signing.opened(token[len(PREFIX) :]) if token.isascii() else None
    body = _body(text or "")
    fits = body.get("use") == USE and body.get("site") == site
    until = body.get("until")
    if not fits or not isinstance(until, int) or not now < until <= now + LONGEST + SECOND:
        return None
    said = body.get("said")
    return Pass(said, until) if isinstance(said, dict) else None


def _body(text: str) -> dict[str, Any]:
    try:
        body = orjson.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
