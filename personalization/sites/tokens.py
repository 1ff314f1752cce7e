"""Short-lived signed tokens: who a browser may speak for, and which channel it may listen to."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import orjson

from personalization.plant.instants import SECOND

LONGEST = 15 * 60 * SECOND
"""A token lives no longer than this many microseconds."""
SKEW = 60 * SECOND
"""How far the minting server's clock may be ahead of ours."""
LARGEST = 2048
"""Characters of the longest subject token that is looked at."""
LARGEST_CHANNEL = 16_384
"""Characters of the longest channel token: it may hold the context of what was asked."""
SUBJECT = "pt_"
CHANNEL = "ct_"


@dataclass(frozen=True, slots=True)
class Subject:
    """A known user a site's own server vouches for, and for what."""

    user_id: str
    scopes: frozenset[str]
    expires_at: int

    def may(self, scope: str) -> bool:
        """Return whether the token was minted for this (no scopes means for all)."""
        return not self.scopes or scope in self.scopes


@dataclass(frozen=True, slots=True)
class Channel:
    """A subscription in a token: what an event stream needs in place of a key."""

    key_id: int
    kind: str
    value: str
    slots: tuple[str, ...]
    sealed: str = ""
    expires_at: int = 0


def mint(
    secret: str,
    site: str,
    user_id: str,
    now: int,
    *,
    lasts: int = LONGEST,
    scopes: tuple[str, ...] = (),
) -> str:
    """Return a subject token for ``user_id`` of the site with this slug."""
    body = {"site": site, "sub": user_id, "scope": list(scopes)}
    return _signed(SUBJECT, secret.encode(), body, now, lasts)


def verify(token: str, secret: str, site: str, now: int) -> Subject | None:
    """Return whom the token speaks for, or ``None`` when it is false, foreign or over."""
    body = _opened(SUBJECT, token, secret.encode(), now)
    if body is None or body.get("site") != site or not isinstance(body.get("sub"), str):
        return None
    scopes = body.get("scope") or []
    if not isinstance(scopes, list) or not body["sub"]:
        return None
    return Subject(body["sub"], frozenset(str(scope) for scope in scopes), body["exp"])


def mint_channel(secret: bytes, site: int, channel: Channel, now: int) -> str:
    """Return a channel token: this subject's slots, listened to in the name of this key."""
    subject, slots = [channel.kind, channel.value], list(channel.slots)
    body = {"site": site, "key": channel.key_id, "sub": subject, "slots": slots}
    if channel.sealed:
        body["sealed"] = channel.sealed
    return _signed(CHANNEL, secret, body, now, LONGEST)


def site_of(token: str) -> int | None:
    """Return the site a channel token names, unverified: only good for finding its secret."""
    body = _body(CHANNEL, token)
    site = body.get("site") if body else None
    return site if isinstance(site, int) else None


def verify_channel(token: str, secret: bytes, site: int, now: int) -> Channel | None:
    """Return the subscription in a channel token, or ``None``."""
    body = _opened(CHANNEL, token, secret, now)
    if body is None or body.get("site") != site:
        return None
    kind, value = body["sub"]
    sealed = body.get("sealed", "")
    return Channel(body["key"], kind, value, tuple(body["slots"]), sealed, body["exp"])


def _signed(prefix: str, secret: bytes, body: dict[str, Any], now: int, lasts: int) -> str:
    text = _text(orjson.dumps(body | {"exp": now + min(lasts, LONGEST)}))
    return f"{prefix}{text}.{_text(_signature(secret, prefix + text))}"


def _opened(prefix: str, token: str, secret: bytes, now: int) -> dict[str, Any] | None:
    body = _body(prefix, token)
    if body is None:
        return None
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_text(_signature(secret, signed)).encode(), signature.encode()):
        return None
    expires = body.get("exp")
    alive = isinstance(expires, int) and now < expires <= now + LONGEST + SKEW
    return body if alive else None


def _body(prefix: str, token: str) -> dict[str, Any] | None:
    if not token.startswith(prefix) or len(token) > _largest(prefix):
        return None
    text = token[len(prefix) :].partition(".")[0]
    try:
        body = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _largest(prefix: str) -> int:
    return LARGEST_CHANNEL if prefix == CHANNEL else LARGEST


def _signature(secret: bytes, text: str) -> bytes:
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
