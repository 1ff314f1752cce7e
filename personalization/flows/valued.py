"""Which values an attribute has, and how many people have each: what a cell's editor offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from personalization.flows import census, columnar, ground, readers
from personalization.flows.retold import OvertakenError
from rules.columns.column import Column
from rules.columns.gathering import column
from rules.errors import InvalidError

SHOWN = 100
PART = 65_536
LONGEST = 200
"""Values longer than this are not offered."""
Wanted = Callable[[], bool]


def values(asked: Mapping[str, Any], now: int, wanted: Wanted) -> dict[str, Any]:
    """Return the most frequent values of an attribute with their counts, and the ends of numbers.

    A list counts for each of its items. ``InvalidError`` for what people are not asked for.
    """
    path, site = asked["path"], asked["site"]
    if path.partition(".")[0] not in ("traits", "features", "derived"):
        raise InvalidError("/path", "value", "expected an attribute that is kept of people")
    found, told = _stored(site, path, now) or _drawn(site, path, now, wanted)
    counts: Counter[Any] = Counter()
    known, ends = 0, list[float]()
    for value, count in _counted(found):
        if value is None:
            continue
        known += count
        for item in value if isinstance(value, tuple | list) else (value,):
            if not isinstance(item, str | int | float) or len(str(item)) > LONGEST:
                continue
            counts[type(item), item] += count
            if isinstance(item, int | float) and not isinstance(item, bool):
                ends = [min([*ends[:1], item]), max([*ends[1:], item])]
    top = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0][1])))[:SHOWN]
    return {
        "path": path,
        "people": len(found),
        "known": known,
        "values": [[value, count] for (_, value), count in top],
        "more": max(0, len(counts) - SHOWN),
        "ends": ends,
        **told,
    }


def _counted(found: Column) -> Iterator[tuple[Any, int]]:
    for start in range(0, len(found), PART):
        part = slice(start, min(start + PART, len(found)))
        said, codes = found.distinct(part)
        counts = np.bincount(np.asarray(codes, np.int64), minlength=len(said))
        yield from ((value, int(count)) for value, count in zip(said, counts, strict=True) if count)


def _stored(site: int, path: str, now: int) -> tuple[Column, dict[str, Any]] | None:
    live = ground.of(site).live
    kept = columnar.kept(site, live, now)
    columns = kept and kept.columns(replace(live, segments={}), [path], ())
    if not kept or not columns:
        return None
    told = {"method": "columns", "age_seconds": kept.age(now), "of": columns.size}
    return columns.attributes[path], told


def _drawn(site: int, path: str, now: int, wanted: Wanted) -> tuple[Column, dict[str, Any]]:
    live, found = ground.of(site).live, list[object]()
    for part in census.slices(site):
        if not wanted():
            raise OvertakenError
        found += [readers.facts(person, live, now).get(path) for person in part]
    told = {"method": "states", "age_seconds": 0, "of": max(census.size(site), len(found))}
    return column(found), told
