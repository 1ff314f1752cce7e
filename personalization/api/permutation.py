"""Who may share an answer: everybody, everybody with the same segments, or nobody."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson

from personalization.decisions import permutations
from personalization.flows.decision import Visitor

SCOPES = ("static", "public-permutation", "private-request")
"""From everybody's to one visitor's: a page is as private as the most private of its slots."""


def of(visitor: Visitor, shown: dict[str, Any]) -> dict[str, Any]:
    """Return how a server may keep a decision: scope, key, tags, and for how many seconds."""
    return _kept(visitor, [shown])


def page(visitor: Visitor, shown: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the same for all the decisions of a page together, and what they vary by.

    ``vary`` has the fewest segments and the attributes that can change this page, and ``keys`` how
    many different keys the segments can give.
    """
    varies = [permutations.of(visitor.site, decision["slot"]) for decision in shown]
    segments = sorted(frozenset().union(*(one.segments for one in varies)))
    attributes = sorted(frozenset().union(*(one.attributes for one in varies)))
    vary = {"segments": segments, "attributes": attributes}
    return {**_kept(visitor, shown), "vary": vary, "keys": 2 ** len(segments)}


def _kept(visitor: Visitor, shown: list[dict[str, Any]]) -> dict[str, Any]:
    site, slots = visitor.site, [decision["slot"] for decision in shown]
    varies = [permutations.of(site, slot) for slot in slots]
    asked = frozenset().union(*(one.segments for one in varies))
    given = sorted((visitor.segments or frozenset()) & asked)
    return {
        "scope": max((_scope(visitor, one) for one in varies), key=SCOPES.index),
        "key": _key([site.slug, site.generation, slots, list(visitor.locales), given]),
        "tags": _tags(slots, sorted(asked), shown),
        "maxAge": min(decision["ttl"] for decision in shown),
    }


def _scope(visitor: Visitor, varies: permutations.Varies) -> str:
    if not varies.alone or (varies.segments and visitor.segments is None):
        return SCOPES[2]
    return SCOPES[1 if varies.segments else 0]


def _key(parts: list[Any]) -> str:
    """Return one text for all of it: a slot is never taken for a locale of the same name."""
    return blake2b(orjson.dumps(parts), digest_size=16).hexdigest()


def _tags(slots: list[str], asked: list[str], shown: list[dict[str, Any]]) -> list[str]:
    variants = [decision["variant"] for decision in shown if decision["variant"]]
    return [
        *(f"slot:{slot}" for slot in slots),
        *(f"segment:{name}" for name in asked),
        *(f"variant:{slug}" for slug in variants),
    ]
