"""The newest events of a few identities, read by their index, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from personalization.events.models import Logged
from personalization.plant.instants import to_text

NAMED = ("track", "page", "screen")
"""The types of events that are asked for by their name."""
PATHS = 60
"""So many properties of one event are named."""


def of(ids: Sequence[UUID], most: int, *, by_device: bool) -> list[dict[str, Any]]:
    """Return the newest events, by when they happened."""
    rows = Logged.objects.filter(**{"device__in" if by_device else "owner__in": ids})
    return [_plain(row) for row in rows.order_by("-at", "-id")[:most]]


def vocabulary(site_id: int, most: int) -> dict[str, list[str]]:
    """Return the events' names among the newest ones, each with the paths of its properties."""
    rows = Logged.objects.order_by("-pk").values_list("site_id", "kind", "name", "body")[:most]
    found: dict[str, set[str]] = {}
    for site, kind, name, body in rows:
        if site == site_id and kind in NAMED and name:
            paths = found.setdefault(name, set())
            if len(paths) < PATHS:
                paths.update(_paths(orjson.loads(bytes(body) or b"{}").get("properties")))
    return {name: sorted(found[name])[:PATHS] for name in sorted(found)}


def _paths(properties: object) -> set[str]:
    if not isinstance(properties, dict):
        return set()
    return {f"properties.{name}" for name in properties if name and "." not in name}


def _plain(row: Logged) -> dict[str, Any]:
    told = {"at": to_text(row.at), "kind": row.kind, "name": row.name}
    fate = {"counted": row.counted, "marks": row.marks}
    return {**told, **fate, **orjson.loads(bytes(row.body) or b"{}")}
