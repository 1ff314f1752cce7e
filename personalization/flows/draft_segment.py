"""Who would be in a segment, enter it or leave it, under a revision that is not in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from personalization.flows import census, columnar, definitions
from personalization.flows.census import Person
from personalization.plant.clock import Clock
from personalization.segments import drafts
from personalization.segments.models import SegmentRevision
from rules import compiler, fold, plans, readings, state_json
from rules.caps import caps
from rules.columns import truths
from rules.columns.gathering import gather
from rules.columns.table import Columns
from rules.compiler import Keys
from rules.conditions import Condition, EventTest, Measure, Member
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.facts import Facts
from rules.spreading import spread

COUNTED = ("people", "in", "unknown", "entering", "leaving")


def count(revision: SegmentRevision, clock: Clock) -> Counter[str]:
    """Return how many are in by the condition, unknown to it, and would enter or leave at once.

    Everybody is counted where the column store is new enough (``age_seconds`` says how old it is),
    else a fair draw of the profiles.

    Stability is not applied. ``InvalidError`` for events that nobody counts yet: publishing counts
    them, from the log.
    """
    segment, now = revision.segment, clock.now()
    live = definitions.live(segment.site_id)
    asked = replace(live, types=_types(revision, live))
    condition = spread(drafts.check(revision.condition), live.hierarchies)
    keys, paths = _keys(condition, live), compiler.attributes(condition)
    told = Counter(dict.fromkeys(COUNTED, 0))
    stored = columnar.kept(segment.site_id, live, now)
    whole = stored.columns(asked, paths, keys.values()) if stored else None
    if stored and whole:
        told["age_seconds"] = stored.age(now)
    parts = [whole] if whole else _parts(segment.site_id, asked, now, keys, paths)
    for columns in parts:
        true, known = truths.compile(condition, columns, keys)
        inside, _ = truths.compile(Member(segment.slug), columns)
        told["people"] += columns.size
        told["in"] += int(np.count_nonzero(true))
        told["unknown"] += int(np.count_nonzero(~known))
        told["entering"] += int(np.count_nonzero(true & ~inside))
        told["leaving"] += int(np.count_nonzero(inside & ~true))
    return told


def _parts(
    site_id: int, asked: Definitions, now: int, keys: Keys, paths: frozenset[str]
) -> Iterator[Columns]:
    """Yield a fair draw of the profiles themselves as columns."""
    for part in census.slices(site_id):
        yield gather([_facts(person, asked, now) for person in part], keys, paths)


def _types(revision: SegmentRevision, live: Definitions) -> dict[str, str]:
    draft = definitions.live(revision.segment.site_id, replacing=revision.pk)
    return {**live.types, **draft.types}


def _keys(condition: Condition, live: Definitions) -> Keys:
    """Return the windows that answer the condition's events, those that are kept already."""
    leaves = compiler.leaves(condition)
    enough = caps(leaf for leaf in leaves if isinstance(leaf, EventTest))
    keys = {}
    for measure in compiler.measures(condition):
        cap = enough[measure] if isinstance(measure, Measure) else None
        wanted = (plans.recipe(measure, cap).key, plans.recipe(measure).key)
        kept = [key for key in wanted if key in live.recipes]
        if not kept:
            raise InvalidError("", "uncounted", "expected events that something live counts")
        keys[measure] = kept[0]
    return keys


def _facts(person: Person, asked: Definitions, now: int) -> Facts:
    state = state_json.load(person.state, asked)
    if state.next_change is not None and state.next_change <= now:
        state = fold.fold(state, (), asked, now)
    return readings.facts_at(state, asked, now, {})
