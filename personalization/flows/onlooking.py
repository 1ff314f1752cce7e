"""Onlooking: what happens on a whole site, from event to move to decision, as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from personalization.flows import revealing
from personalization.flows.revealing import Names
from personalization.plant import sql

SHOWN = 100
"""So many of each kind are told at once; of more, the newest, and how many they are out of."""
FIRST = 30
"""So many of each kind are told to whoever begins to look."""
BEHIND = 1_000
"""Ids may become visible out of order: so many before the newest are told again."""
REACH = 20_000
"""So many of the newest rows are looked through for what a filter wants."""
KINDS = ("event", "move", "decision")
COLUMNS = {
    "event": f"id, at, name, body, marks, {sql.hexed('coalesce(owner, device)')}",
    "move": f"id, effective_at, recorded_at, key, entered, cause, values, {sql.hexed('profile')}",
    "decision": f'id, decided_at, slot, variant, reason, "row", revision, values, '
    f"{sql.hexed('profile')}",
}
TABLES = {"event": "events_log", "move": "segments_move", "decision": "decisions_loggeddecision"}
WANTED = {"event": "name", "move": "key", "decision": "slot"}
LOOK = """
WITH near AS (SELECT * FROM {table} WHERE site_id = %(site)s AND id > %(after)s
    ORDER BY id DESC LIMIT {reach}),
fit AS (SELECT * FROM near WHERE %(wanted)s::text[] IS NULL OR {column} = ANY(%(wanted)s::text[]))
SELECT (SELECT count(*) FROM fit WHERE id > %(seen)s),
    {columns}
FROM (SELECT * FROM fit ORDER BY id DESC LIMIT %(most)s) AS newest ORDER BY id DESC
"""


class Wish(NamedTuple):
    """What is looked at: after which ids, and of each kind only what is named, if anything is."""

    after: Mapping[str, int] = MappingProxyType({})
    event: str = ""
    segment: str = ""
    slot: str = ""


def look(site: int, wish: Wish, *, personal: bool) -> dict[str, Any]:
    """Return what happened on a site since, newest first; ``after`` is for the next time.

    Values and names of people are told only where ``personal``. A kind that is told in part says
    of how many: ``missed`` has the number that is not shown.
    """
    keys = revealing.names(site)
    found: dict[str, Any] = {"after": {}, "missed": {}, "rows": {}}
    for kind in KINDS:
        rows, total = _rows(kind, site, wish, keys)
        ids = [row[0] for row in rows]
        found["after"][kind] = max([*ids, wish.after.get(kind, 0)])
        if kind in wish.after:
            fresh = sum(number > wish.after[kind] for number in ids)
            found["missed"][kind] = max(0, total - fresh)
        found["rows"][kind] = [revealing.told(kind, row, keys, personal=personal) for row in rows]
    return found


def _rows(kind: str, site: int, wish: Wish, keys: Names) -> tuple[list[tuple[Any, ...]], int]:
    names = wanted(kind, wish, keys)
    if names == []:
        return [], 0
    seen = wish.after.get(kind)
    words = {"table": TABLES[kind], "reach": REACH, "column": WANTED[kind]}
    asked = {
        "site": site,
        "after": max(0, (seen or 0) - BEHIND),
        "seen": seen or 0,
        "wanted": names,
        "most": SHOWN if seen is not None else FIRST,
    }
    rows = sql.rows(LOOK.format(columns=COLUMNS[kind], **words), asked)
    return [row[1:] for row in rows], int(rows[0][0]) if rows else 0


def wanted(kind: str, wish: Wish, keys: Names) -> list[str] | None:
    """Return what a kind's rows must name; none of them where only other kinds are asked for."""
    if kind == "move" and wish.segment:
        return [key for key, (slug, _) in keys.items() if slug == wish.segment]
    asked = {"event": wish.event, "decision": wish.slot}.get(kind, "")
    if asked:
        return [asked]
    return [] if any((wish.event, wish.segment, wish.slot)) else None
