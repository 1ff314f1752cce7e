"""Revealing: what a row of the log or a move says to people, with or without what is personal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from personalization.segments.models import Definition

SEEN = ("product_id", "name", "category", "price", "revenue", "slot", "variant", "path", "order_id")
HIDDEN = "•••"
"""What stands in place of a value of somebody's."""
Told = dict[str, Any]


def seen(body: bytes, *, personal: bool) -> Told:
    """Return what an event says that is worth a look; its values only where it is ``personal``."""
    told = orjson.loads(body)
    properties = {**(told.get("traits") or {}), **(told.get("properties") or {})}
    return {name: properties[name] if personal else HIDDEN for name in SEEN if name in properties}


def names(site_id: int) -> dict[str, tuple[str, str]]:
    """Return each definition's segment: its slug and name."""
    rows = Definition.objects.filter(site_id=site_id).order_by("generation")
    columns = ("key", "revision__segment__slug", "revision__segment__name")
    return {key: (slug, name) for key, slug, name in rows.values_list(*columns)}


def told(
    kind: str, row: tuple[Any, ...], keys: Mapping[str, tuple[str, str]], *, personal: bool
) -> dict[str, Any]:
    """Return a row of one kind, as ``onlooking`` reads it, for people."""
    if kind == "event":
        number, at, name, body, marks, who = row
        said = seen(bytes(body), personal=personal)
        return {"id": number, "at": at, "name": name, "seen": said, "marks": marks, "who": who}
    if kind == "move":
        number, at, recorded, key, entered, cause, values, who = row
        segment = keys.get(key, (key, key))[1]
        found = {"id": number, "at": at, "recorded": recorded, "segment": segment, "who": who}
        return {**found, "entered": entered, "cause": cause, "values": values if personal else {}}
    names = ("pk", "at", "slot", "variant", "reason", "row", "revision", "values", "who")
    found = dict(zip(names, row, strict=True))
    return found if personal else {**found, "values": {}}
