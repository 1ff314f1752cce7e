"""Who may share an answer: everybody, everybody with the same segments, or nobody."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from personalization.flows.decision import Visitor


def of(visitor: Visitor, shown: dict[str, Any]) -> dict[str, Any]:
    """Return how a server may keep a decision: scope, key, tags, and for how many seconds."""
    site, slot = visitor.site, shown["slot"]
    scope, asked = _scope(visitor, slot)
    given = sorted((visitor.segments or frozenset()) & asked)
    parts = [site.slug, str(site.generation), slot, *visitor.locales, *given]
    tags = [f"slot:{slot}", *(f"segment:{name}" for name in sorted(asked))]
    if shown["variant"]:
        tags.append(f"variant:{shown['variant']}")
    return {
        "scope": scope,
        "key": blake2b("\0".join(parts).encode(), digest_size=16).hexdigest(),
        "tags": tags,
        "maxAge": shown["ttl"],
    }


def _scope(visitor: Visitor, slot: str) -> tuple[str, frozenset[str]]:
    live = visitor.site.matrices.get(slot)
    if live is None:
        return "static", frozenset()
    asked = frozenset(live.matrix.segments)
    if visitor.segments is None or live.matrix.attributes or live.matrix.measures:
        return "private-request", asked
    return ("public-permutation" if asked else "static"), asked
