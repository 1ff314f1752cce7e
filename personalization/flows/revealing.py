"""Revealing: what a row of the log or a move says to people, with or without what is personal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from personalization.decisions.models import LoggedDecision
from personalization.events.models import Logged
from personalization.segments.models import Definition, Move

SEEN = ("product_id", "name", "category", "price", "revenue", "slot", "variant", "path", "order_id")
HIDDEN = "•••"
"""What stands in place of a value of somebody's."""
Told = dict[str, Any]
Names = Mapping[str, tuple[str, str]]
"""Each definition's segment by its key: its slug and name."""


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


def told(kind: str, row: tuple[Any, ...], keys: Names, *, personal: bool) -> dict[str, Any]:
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


def events(rows: Sequence[Logged], *, personal: bool) -> list[Told]:
    """Return rows of the log for people."""
    return [
        {
            "id": row.pk,
            "at": row.at,
            "took": row.received_at - row.at,
            "name": row.name,
            "seen": seen(bytes(row.body), personal=personal),
            "marks": row.marks,
        }
        for row in rows
    ]


def moves(rows: Sequence[Move], names: Names, *, personal: bool) -> list[Told]:
    """Return moves for people, with the segments' names."""
    return [
        {
            "id": row.pk,
            "at": row.effective_at,
            "recorded": row.recorded_at,
            "segment": names.get(row.key, (row.key, row.key))[1],
            "entered": row.entered,
            "cause": row.cause,
            "values": row.values if personal else {},
        }
        for row in rows
    ]


def decisions(rows: Sequence[LoggedDecision], *, personal: bool) -> list[Told]:
    """Return stored decisions for people."""
    columns = ("pk", "decided_at", "slot", "variant", "reason", "row", "values", "revision")
    told = [{name.removeprefix("decided_"): getattr(row, name) for name in columns} for row in rows]
    return told if personal else [{**one, "values": {}} for one in told]
