"""What is otherwise between two versions of a table, row by row and cell by cell, as sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

Row = Mapping[str, str]

ID = "id"
LONGEST = 160
"""Characters of a value that are shown."""


def rows(before: Sequence[Row], after: Sequence[Row]) -> Iterator[str]:
    """Yield what happened to the rows, which know each other by their ``id``.

    Rows count from 1, as after the change; those that are gone as before it. As few rows as
    possible are said to have moved: all but a longest increasing subsequence (Fredman 1975).

    >>> old = [{"id": "a", "country": "DE"}, {"id": "b"}]
    >>> list(rows(old, [{"id": "b"}, {"id": "a", "country": "DE | AT"}]))
    ['Row 2 moved to row 1', 'Row 2, country: DE -> DE | AT']
    """
    old = {row[ID]: (number, row) for number, row in enumerate(before, 1)}
    new = {row[ID]: (number, row) for number, row in enumerate(after, 1)}
    for name, (number, row) in old.items():
        if name not in new:
            summary = _summary(row)
            gone = f"Row {number} is gone: everyone"
            yield f"Row {number} is gone: {summary}" if summary else gone
    for name in moved([name for name in old if name in new], [n for n in new if n in old]):
        yield f"Row {old[name][0]} moved to row {new[name][0]}"
    for name, (number, row) in new.items():
        if name not in old:
            summary = _summary(row)
            yield f"Row {number} is new: {summary}" if summary else f"Row {number} is new: everyone"
            continue
        yield from _cells(number, old[name][1], row)


def fields(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    """Yield each field whose value is otherwise, with the old and the new one.

    >>> list(fields({"a": 1, "b": 2}, {"a": 1, "c": 3}))
    ['b: 2 -> nothing', 'c: nothing -> 3']
    """
    for name, was, now in _changes(before, after):
        if was and now:
            yield f"{name}: {was} -> {now}"
        else:
            yield f"{name}: nothing -> {now}" if now else f"{name}: {was or 'nothing'} -> nothing"


def _cells(number: int, before: Row, after: Row) -> Iterator[str]:
    for name, was, now in _changes(before, after):
        if was and now:
            yield f"Row {number}, {name}: {was} -> {now}"
        elif now:
            yield f"Row {number}, {name}: any -> {now}"
        else:
            yield f"Row {number}, {name}: {was or 'any'} -> any"


def _changes(
    before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each change, what was there and what is; nothing is no text."""
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if (was, type(was)) != (now, type(now)):
            yield name, _shown(was), _shown(now)


def flat(document: object, path: str = "") -> dict[str, object]:
    """Return the leaves of a JSON document by their dotted path.

    >>> flat({"a": {"b": [1, 2]}})
    {'a.b.0': 1, 'a.b.1': 2}
    """
    found: dict[str, object] = {}
    todo: list[tuple[str, object]] = [(path, document)]
    while todo:
        here, value = todo.pop(0)
        if isinstance(value, Mapping) and value:
            todo[:0] = [(f"{here}.{i}" if here else str(i), part) for i, part in value.items()]
        elif isinstance(value, list) and value:
            todo[:0] = [(f"{here}.{i}" if here else str(i), part) for i, part in enumerate(value)]
        else:
            found[here or "value"] = value
    return found


def _shown(value: object) -> str:
    if value is None or value in ("", [], {}):
        return ""
    said = str(value)
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def _summary(row: Row) -> str:
    said = ", ".join(f"{name} {cell}" for name, cell in row.items() if cell and name != ID)
    return _shown(said)


def moved(before: list[str], after: list[str]) -> list[str]:
    """Return the names that have to move for one order to become the other, as few as can be.

    >>> moved(["a", "b", "c"], ["c", "a", "b"])
    ['c']
    """
    places = {name: place for place, name in enumerate(before)}
    ends: list[int] = []
    lasts: list[str] = []
    above: dict[str, str | None] = {}
    for name in after:
        length = bisect_left(ends, places[name])
        above[name] = lasts[length - 1] if length else None
        ends[length : length + 1] = [places[name]]
        lasts[length : length + 1] = [name]
    kept: set[str] = set()
    here = lasts[-1] if lasts else None
    while here is not None:
        kept.add(here)
        here = above[here]
    return [name for name in after if name not in kept]
