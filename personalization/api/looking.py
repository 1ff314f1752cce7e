"""What the live page and the live API share: what is wished for, the cursor, and the channel."""

from __future__ import annotations

from collections.abc import Mapping

from personalization.api import channels
from personalization.flows import onlooking, pulse
from personalization.flows.onlooking import Wish
from personalization.sites import signing, tokens
from personalization.sites.models import Key, Site
from personalization.sites.roles import Caller
from personalization.sites.tokens import Channel

LONGEST = 200
FILTERS = ("event", "segment", "slot")
_DIGITS = 19


def wish(said: Mapping[str, str], after: Mapping[str, int]) -> Wish:
    """Return what a page or a program asks to see, behind what it saw before."""
    names = {name: said.get(name, "")[:LONGEST] for name in FILTERS}
    return Wish(after, **names)


def after(cursor: str) -> dict[str, int]:
    """Return the ids of each kind that were seen before, or nothing where they are not told.

    >>> after("7.8.9"), after("7")
    ({'event': 7, 'move': 8, 'decision': 9}, {})
    """
    parts, kinds = cursor.split("."), onlooking.KINDS
    known = len(parts) == len(kinds) and all(
        p.isascii() and p.isdecimal() and len(p) < _DIGITS for p in parts
    )
    return dict(zip(kinds, map(int, parts), strict=True)) if known else {}


def cursor(seen: Mapping[str, int]) -> str:
    """Return ids of each kind as a cursor; ``after`` reads it.

    >>> cursor({"event": 7, "move": 8, "decision": 9})
    '7.8.9'
    """
    return ".".join(str(seen[kind]) for kind in onlooking.KINDS)


def is_personal(who: Caller, site: Site) -> bool:
    """Say whether whoever looks may see what is somebody's: names, traits, values of events."""
    return who.may("privacy", site.pk)


def channel(site: Site, visitor: str, now: int) -> str:
    """Return a token for the stream the visitor's page listens to; nothing without a key."""
    key = site.keys.filter(revoked_at=None, kind=Key.Kind.PUBLISHABLE).first()
    if key is None or not visitor:
        return ""
    said = Channel(key.pk, "anonymous", visitor, tuple(pulse.slots(site.pk)))
    return tokens.mint_channel(signing.derived(channels.PURPOSE), site.pk, said, now)
