"""Names become ids: the same identity or message has the same id everywhere, by hash."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

SHARDS = 16
"""How many shards the identities of an installation are spread over."""


def identity_hex(site_id: int, kind: str, value: str) -> str:
    """Return an identity's id as 32 hex digits: 128 bits of BLAKE2b over site, kind and value."""
    return blake2b(f"{site_id}\0{kind}\0{value}".encode(), digest_size=16).hexdigest()


def identity_id(site_id: int, kind: str, value: str) -> UUID:
    """Return the id of an identity.

    >>> identity_id(1, "user", "ada") == identity_id(1, "user", "ada")
    True
    >>> identity_id(1, "user", "ada") == identity_id(2, "user", "ada")
    False
    """
    return UUID(identity_hex(site_id, kind, value))


def message_id(value: str) -> UUID:
    """Return the id of a message: 128 bits of BLAKE2b over its messageId."""
    return UUID(bytes=blake2b(value.encode(), digest_size=16).digest())


def shard_of(owner: UUID) -> int:
    """Return the shard an identity's events queue in."""
    return owner.int % SHARDS
