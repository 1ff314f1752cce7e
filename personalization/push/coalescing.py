"""Coalescing: site-wide news of one type become one, and nothing of them is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

LISTS = ("segments", "slots", "tags", "urls")
SEVERAL = "several"
"""The reason where there was more than one."""


def thin(generation: int, reason: str, **lists: Iterable[str]) -> dict[str, Any]:
    """Return the data of a piece of news: ``segments``, ``slots``, ``tags``, ``urls`` may be given.

    >>> thin(4, "rule_published", segments=["vip"])["purge"]
    {'tags': [], 'urls': []}
    """
    kept = {name: sorted(set(lists.get(name, ()))) for name in LISTS}
    purge = {"tags": kept.pop("tags"), "urls": kept.pop("urls")}
    return {"generation": generation, **kept, "purge": purge, "reason": reason}


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return both data as one: the highest generation, and all that either of them names.

    >>> a, b = thin(4, "x", segments=["vip"]), thin(3, "x", segments=["new"], tags=["slot:a"])
    >>> joined(a, b)["generation"], joined(a, b)["segments"], joined(a, b)["purge"]["tags"]
    (4, ['new', 'vip'], ['slot:a'])
    """
    both = (one, other)
    lists = {name: [x for data in both for x in data[name]] for name in ("segments", "slots")}
    purge = {name: [x for data in both for x in data["purge"][name]] for name in ("tags", "urls")}
    reasons = {data["reason"] for data in both}
    reason = reasons.pop() if len(reasons) == 1 else SEVERAL
    return thin(max(data["generation"] for data in both), reason, **lists, **purge)


def envelope(kind: str, timestamp: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent, and what the replay feed shows."""
    return {"type": kind, "timestamp": timestamp, "data": dict(data)}


def payloads(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return two deliveries' payloads of one type to one place as one, at the later one's time."""
    bodies = (one["body"], other["body"])
    at = max(body["timestamp"] for body in bodies)
    data = joined(bodies[0]["data"], bodies[1]["data"])
    return {**other, "body": envelope(bodies[0]["type"], at, data)}
