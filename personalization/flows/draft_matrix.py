"""Whom each row would be shown to, and who would see something else, under another revision."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from personalization.decisions.models import MatrixRevision
from personalization.features import known
from personalization.features.known import Asked, Known, Permitted, Request
from personalization.features.snapshot import Snapshot
from personalization.flows import assembly, blueprint, census, refolding
from personalization.flows.census import Person
from personalization.plant import sql
from personalization.plant.clock import Clock
from rules.columns import choices
from rules.columns.gathering import gather
from rules.facts import Facts
from rules.matrix import compiled
from rules.matrix.compiled import Compiled
from rules.matrix.document import Matrix, parse
from rules.matrix.widening import widened

NOBODY = Request({}, {})
"""No request: its context is unknown to every row that asks for it."""


def count(revision: MatrixRevision, clock: Clock) -> Counter[str]:
    """Return for each row how many it would be shown to, for how many none, and who sees a change.

    What a request says is unknown here; shares are drawn by profile. ``InvalidError`` for what
    could not be published.
    """
    site_id, slot, now = revision.matrix.slot.site_id, revision.matrix.slot.key, clock.now()
    [(source,)] = sql.rows(blueprint.ROWS, [site_id])
    before, _ = assembly.build(source)
    held = next(each for each in source["slots"] if each["key"] == slot)
    held["matrix"] = {"number": revision.number, "document": revision.document}
    after, _ = assembly.build(source)
    asks = before.asked.definitions
    new = compiled.compile(widened(parse(revision.document), asks.hierarchies), asks.keys)
    live = before.matrices.get(slot)
    old = live.matrix if live else compiled.compile(Matrix(), {})
    asked = replace(before.asked, types={**before.asked.types, **after.asked.types})
    rows = (f"row {row.id}" for row in new.matrix.rows)
    told = Counter(dict.fromkeys(("people", *rows, "nothing", "conflict", "changed"), 0))
    for part in census.slices(site_id):
        told.update(_counted(part, _facts(part, asked, now), old, new))
    return told


def _counted(part: list[Person], people: list[Facts], old: Compiled, new: Compiled) -> Counter[str]:
    """Return the counts of one part; a row's are under its id."""
    keys = {measure: new.keys[measure] for measure in (*old.measures, *new.measures)}
    columns = gather(people, keys, old.attributes | new.attributes)
    units = [person.profile for person in part]
    found = choices.difference(old.matrix, new.matrix, columns, units, keys)
    rows = choices.counts(new.matrix, found.new)
    return Counter(
        {f"row {row}": count for row, count in rows.items()}
        | {
            "people": len(part),
            "nothing": int(np.count_nonzero(found.new == choices.NOTHING)),
            "conflict": int(np.count_nonzero(found.new == choices.CONFLICT)),
            "changed": int(np.count_nonzero(found.changed)),
        }
    )


def _facts(part: list[Person], asked: Asked, now: int) -> list[Facts]:
    """Return what a decision without a request would know, as consent permits."""
    consents = refolding.consents(person.profile for person in part)
    return [_known(person, consents.get(person.profile, {}), asked, now) for person in part]


def _known(person: Person, consent: dict[str, bool], asked: Asked, now: int) -> Facts:
    snapshot = Snapshot(
        person.profile, person.version, person.generation, person.digest, person.state, consent
    )
    told = Known(asked, NOBODY, None, Permitted(asked.policy, (consent,), gpc=False), now)
    told.held = known.held(snapshot, asked, now)
    return told.facts()
