"""Two editors' changes to one matrix brought together row by row: nothing of either is lost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Document = Mapping[str, Any]
Rows = dict[str, Document]

WHOLE = ("hit_policy", "aggregate", "limit", "outputs", "fallback")
"""What a matrix has besides its rows, of which each is one decision."""
_MISSING = object()


class Conflict(NamedTuple):
    """What both changed, each otherwise: a row's id, or a name of ``WHOLE``, or the order.

    ``kind`` is ``row``, ``order`` or the name; ``ours`` and ``theirs`` are ``None`` where removed.
    For the order they are lists of ids; rows have what only the other changed in them.
    """

    kind: str
    subject: str
    ours: object
    theirs: object


class Merged(NamedTuple):
    """The documents as one, and what somebody has to decide; until then ours stands there.

    A row that one removed and the other changed is still there.
    """

    document: dict[str, Any]
    conflicts: tuple[Conflict, ...]


def merge(base: Document, ours: Document, theirs: Document) -> Merged:
    """Bring two successors of one document together, as canonical JSON of ``rules.matrix``.

    Changes to different rows, or to different fields of a row, both count. The order is that of
    whoever changed it; added rows keep the row above them.
    Source: three-way merge as in Khanna, Kunal, Pierce, A Formal Investigation of Diff3 (2007),
    over rows with ids.

    >>> row = {"id": "a", "when": {"segment": "vip"}, "then": {"variant": "x"}}
    >>> base = {"rows": [row], "fallback": ["f"]}
    >>> ours = {"rows": [{**row, "then": {"variant": "y"}}], "fallback": ["f"]}
    >>> theirs = {"rows": [{**row, "rollout": 50}], "fallback": ["g"]}
    >>> merged = merge(base, ours, theirs)
    >>> merged.document["rows"][0]["then"], merged.document["rows"][0]["rollout"]
    ({'variant': 'y'}, 50)
    >>> merged.document["fallback"], merged.conflicts
    (['g'], ())
    """
    conflicts: list[Conflict] = []
    said = _whole(base, ours, theirs, conflicts)
    before, mine, other = _by_id(base), _by_id(ours), _by_id(theirs)
    kept: Rows = {}
    for name in dict.fromkeys([*before, *other, *mine]):
        row = _row(name, before.get(name), mine.get(name), other.get(name), conflicts)
        if row is not None:
            kept[name] = row
    order = _order(list(before), list(mine), list(other), kept, conflicts)
    return Merged({**said, "rows": [kept[name] for name in order]}, tuple(conflicts))


def _by_id(document: Document) -> Rows:
    return {row["id"]: row for row in document["rows"]}


def _whole(
    base: Document, ours: Document, theirs: Document, conflicts: list[Conflict]
) -> dict[str, Any]:
    """Return what is not rows; columns are only shown, so that all of both are."""
    said: dict[str, Any] = {}
    for name in WHOLE:
        values = [document.get(name, _MISSING) for document in (base, ours, theirs)]
        found = _either(*values)
        if found is None:
            conflicts.append(
                Conflict(name, "", *(None if v is _MISSING else v for v in values[1:]))
            )
        value = found[0] if found else values[1]
        if value is not _MISSING:
            said[name] = value
    columns = list(ours.get("columns", []))
    columns += [
        c for c in theirs.get("columns", []) if c not in columns and c not in _columns(base)
    ]
    gone = [c for c in _columns(base) if c not in theirs.get("columns", [])]
    columns = [column for column in columns if column not in gone]
    slot = ours.get("slot") or theirs.get("slot")
    return {
        **said,
        **({"columns": columns} if columns else {}),
        **({"slot": slot} if slot else {}),
    }


def _columns(document: Document) -> Sequence[object]:
    found: Sequence[object] = document.get("columns", [])
    return found


def _either(base: object, ours: object, theirs: object) -> tuple[object] | None:
    """Return what only one changed, or both alike; nothing where they differ."""
    before, mine, other = map(_said, (base, ours, theirs))
    if other in (mine, before):
        return (ours,)
    return (theirs,) if mine == before else None


def _said(value: object) -> str:
    """Return what tells JSON values apart, also 1 from true."""
    return "" if value is _MISSING else json.dumps(value, sort_keys=True)


def _row(
    name: str,
    base: Document | None,
    ours: Document | None,
    theirs: Document | None,
    conflicts: list[Conflict],
) -> Document | None:
    found = _either(base, ours, theirs)
    if found is not None:
        return found[0]  # type: ignore[return-value]
    if base is not None and ours is not None and theirs is not None:
        both = _fields(base, ours, theirs), _fields(base, theirs, ours)
        if _said(both[0]) == _said(both[1]):
            return both[0]
        ours, theirs = both
    conflicts.append(Conflict("row", name, ours, theirs))
    return theirs if ours is None else ours


def _fields(base: Document, ours: Document, theirs: Document) -> Document:
    """Return our row with what only the other changed; where both did, ours stands."""
    said: dict[str, Any] = {}
    for name in dict.fromkeys([*ours, *theirs]):
        found = _either(*(row.get(name, _MISSING) for row in (base, ours, theirs)))
        value = ours.get(name, _MISSING) if found is None else found[0]
        if value is not _MISSING:
            said[name] = value
    return said


def _order(
    base: list[str],
    ours: list[str],
    theirs: list[str],
    kept: Iterable[str],
    conflicts: list[Conflict],
) -> list[str]:
    """Return the order of the rows that are kept."""
    common = set(base) & set(ours) & set(theirs)
    found = _either(*([name for name in ids if name in common] for ids in (base, ours, theirs)))
    if found is None:
        conflicts.append(Conflict("order", "", ours, theirs))
    led_by_theirs = found is not None and found[0] == [n for n in theirs if n in common]
    lead, rest = (theirs, ours) if led_by_theirs else (ours, theirs)
    remaining = set(kept)
    order = [name for name in lead if name in remaining]
    for follower in (rest, base):
        _insert(order, follower, remaining)
    return order


def _insert(order: list[str], follower: list[str], remaining: set[str]) -> None:
    """Put the rows that are missing below the row that stands above them in another order."""
    placed = set(order)
    above: str | None = None
    for name in follower:
        if name not in remaining:
            continue
        if name not in placed:
            order.insert(0 if above is None else order.index(above) + 1, name)
            placed.add(name)
        above = name
