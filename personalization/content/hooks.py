"""Hooks heard: a message counts once for as long as its sender may repeat it."""

from __future__ import annotations

import secrets
from hashlib import blake2b

from personalization.content.sources import Hook, Source
from personalization.plant import sql
from personalization.plant.instants import SECOND

KEPT = 14 * 86_400 * SECOND
"""So long a repetition is known; what comes later only reads the entry once more."""
HEARD = """
INSERT INTO content_hook (source_id, name, at) VALUES (%s, %s, %s)
ON CONFLICT (source_id, name) DO NOTHING RETURNING id
"""


def named(source: int, identity: str) -> str:
    """Return the name of a message: the same for the same identity at the same source.

    >>> named(1, "msg_1") == named(1, "msg_1") != named(2, "msg_1")
    True
    """
    digest = blake2b(f"{source} {identity}".encode("utf-8", "surrogatepass"), digest_size=16)
    return f"hk_{digest.hexdigest()}"


def unique() -> str:
    """Return an identity for a message that has none: every one of them is heard."""
    return secrets.token_hex(16)


def heard(source: int, name: str, now: int) -> bool:
    """Write that a message was heard; False for a repetition."""
    if not sql.rows(HEARD, [source, name, now]):
        return False
    Source.objects.filter(pk=source).update(last_hook_at=now)
    return True


def sweep(now: int) -> int:
    """Forget what was heard long ago; return how many."""
    return Hook.objects.filter(at__lt=now - KEPT).delete()[0]
