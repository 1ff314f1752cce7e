"""Conditions asked of everybody: of the column store, else of stored states, else of the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from personalization.flows import census, columnar, ground, marking, readers, retold
from personalization.flows.columnar import Kept
from personalization.flows.ground import Asked
from personalization.flows.retold import Judged, Mask
from rules import compiler
from rules.columns.gathering import gather
from rules.columns.table import Columns
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.spreading import spread

UNASKED = {"uncounted", "unsupported"}
"""Why neither columns nor states can answer what the log can."""
Wanted = Callable[[], bool]
Name = Callable[[Sequence[int]], list[str]]


def judge(
    site: int, slug: str, conditions: Mapping[str, Condition], now: int, wanted: Wanted
) -> Judged:
    """Ask conditions of everybody; where columns do not do, of everybody in a fair draw.

    ``InvalidError`` for what does not fit the site, ``OvertakenError`` once nobody wants to know.
    """
    here = ground.of(site)
    beside = here.beside(conditions)
    wide = {name: spread(one, here.live.hierarchies) for name, one in conditions.items()}
    types = replace(here.live, types={**here.live.types, **beside.types})
    try:
        asked = Asked(here, slug, wide, types, here.keys(wide.values()), now)
        return _stored(asked) or _drawn(asked)
    except InvalidError as fault:
        if fault.code not in UNASKED:
            raise
    return retold.judge(here, slug, beside, now, wanted)


def _stored(asked: Asked) -> Judged | None:
    stored = columnar.kept(asked.here.site, asked.here.live, asked.now)
    if stored is None:
        return None
    names = {asked.slug}.union(*map(compiler.segments, asked.conditions.values()))
    columns = _columns(stored, asked, names)
    if columns is None:
        return None
    ids = stored.whole["profile"]
    told = {"method": "columns", "age_seconds": stored.age(asked.now), "of": columns.size}
    found = _answered(asked, columns, told, lambda rows: ids.take(rows).to_pylist())

    def members(slug: str) -> Mask | None:
        one = _columns(stored, replace(asked, conditions={}, keys={}), {slug})
        return None if one is None else marking.member(one, slug)

    return found._replace(members=members)


def _columns(stored: Kept, asked: Asked, names: set[str]) -> Columns | None:
    live = asked.definitions
    few = {slug: key for slug, key in live.segments.items() if slug in names}
    return stored.columns(replace(live, segments=few), asked.paths, asked.keys.values())


def _drawn(asked: Asked) -> Judged:
    people = [person for part in census.slices(asked.here.site) for person in part]
    facts = [readers.facts(person, asked.definitions, asked.now) for person in people]
    columns = gather(facts, asked.keys, asked.paths)
    of = census.size(asked.here.site)
    told = {"method": "states", "age_seconds": 0, "of": max(of, columns.size)}
    found = _answered(asked, columns, told, lambda rows: [people[row].profile for row in rows])

    def members(slug: str) -> Mask:
        return np.fromiter((one.segments.get(slug) is True for one in facts), np.bool_, len(facts))

    return found._replace(members=members)


def _answered(asked: Asked, columns: Columns, told: Mapping[str, Any], name: Name) -> Judged:
    true, known = marking.mark(columns, asked.keys, asked.conditions)
    return Judged(columns.size, name, true, known, marking.member(columns, asked.slug), told)
