"""Everybody asked about a draft of a matrix: by the column store, else by a fair draw of states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from personalization.features.known import PURPOSE, Known, Permitted
from personalization.flows import census, chances, columnar, ground, permitted, unprompted
from personalization.flows.ballot import Ballot, Box
from personalization.flows.columnar import Kept
from personalization.flows.contest import Contest
from personalization.flows.retold import OvertakenError
from rules.columns.coded import constant
from rules.columns.gathering import gather
from rules.columns.table import Columns

STORED = frozenset(("traits", "features", "derived"))
WORKED_OUT = "scores"
"""What no store holds."""


def of(contest: Contest, now: int, wanted: Callable[[], bool] = lambda: True) -> Ballot:
    """Ask everybody; ``OvertakenError`` once nobody wants to know."""
    return _stored(contest, now) or _drawn(contest, now, wanted)


def _stored(contest: Contest, now: int) -> Ballot | None:
    site, asked = contest.site.site, contest.asked
    kept = columnar.kept(site, ground.of(site).live, now)
    if kept is None or any(path.startswith(f"{WORKED_OUT}.") for path in contest.paths):
        return None
    ids = kept.whole["profile"].combine_chunks()
    at, whole = kept.manifest.at, np.arange(len(ids))
    units = chances.of_all(site, ids) if contest.shares else None
    said = {path.partition(".")[2] for path in contest.paths if path.startswith("consent.")}
    asks = {asked.purposes.get(path, PURPOSE) for path in contest.paths}
    box = Box(contest, len(ids))
    for some in permitted.sorts(site, asked.policy, sorted(asks | said | {PURPOSE}), ids, at):
        all_ = len(some.rows) == len(whole)
        part = kept if all_ else replace(kept, whole=kept.whole.take(some.rows))
        columns = _columns(part, contest, some.permits)
        if columns is None:
            return None
        theirs = units if all_ or units is None else units.take(some.rows)
        box.put(slice(None) if all_ else some.rows, columns, theirs)
    told = {"method": "columns", "age_seconds": kept.age(now), "of": len(ids)}
    return box.ballot(lambda rows: ids.take(rows).to_pylist(), told)


def _columns(kept: Kept, contest: Contest, permits: Permitted) -> Columns | None:
    """Return what a decision without a request would know, as consent permits."""
    asked, size = contest.asked, len(kept.whole)
    nobody = Known(asked, unprompted.NOBODY, None, permits, kept.manifest.at)
    purpose = asked.purposes.get
    here = [path for path in contest.paths if path.partition(".")[0] in STORED]
    here = [path for path in here if permits(purpose(path, PURPOSE))]
    names = contest.old.matrix.segments | contest.new.matrix.segments
    live = ground.of(contest.site.site).live
    inside = {} if not permits(PURPOSE) else live.segments
    few = {slug: key for slug, key in inside.items() if slug in names}
    live = replace(live, segments=few, types=dict(asked.types))
    found = kept.columns(live, here, contest.keys.values() if permits(PURPOSE) else ())
    if found is None:
        return None
    rest = {path: constant(nobody[path], size) for path in contest.paths.difference(here)}
    return replace(found, attributes={**found.attributes, **rest})


def _drawn(contest: Contest, now: int, wanted: Callable[[], bool]) -> Ballot:
    site, people = contest.site.site, list[str]()
    box = Box(contest, min(census.size(site), census.MOST))
    for part in census.slices(site):
        if not wanted():
            raise OvertakenError
        columns = gather(unprompted.facts(part, contest.asked, now), contest.keys, contest.paths)
        names = [person.profile for person in part]
        units = chances.of_some(names) if contest.shares else None
        box.put(slice(len(people), len(people) + len(part)), columns, units)
        people += names
    found = box.ballot(lambda rows: [people[row] for row in rows], {})
    few = {name: getattr(found, name)[: len(people)] for name in ("rows", "was", "sees")}
    told = {"method": "states", "age_seconds": 0, "of": max(census.size(site), len(people))}
    return found._replace(size=len(people), told=told, **few)
