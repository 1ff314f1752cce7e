"""A stored decision made again: from the facts it stood on and the revision then in force."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from personalization.content.catalogue import Content, Slot
from personalization.content.registry import shelf
from personalization.decisions import basis
from personalization.decisions.current import Live
from personalization.decisions.models import LoggedDecision, MatrixRevision
from personalization.decisions.verdict import FAILED, NONE, Verdict
from personalization.features.models import FeatureSet
from personalization.flows import declared, hindsight
from rules import plans
from rules.compiler import measures
from rules.facts import Facts
from rules.matrix import compiled
from rules.matrix.document import parse
from rules.matrix.widening import widened

HELD = 256
"""Compiled revisions that are kept: a revision never changes."""
ANYTHING = Content(None, {"type": "anything"})
TOLD = ("variant", "row", "revision", "reason")
"""What must be the same again."""


class Again(NamedTuple):
    """A stored decision's matrix and facts, and what it says of them now."""

    live: Live | None
    facts: Facts
    unit: str
    shown: dict[str, Any]

    def differences(self, row: LoggedDecision) -> dict[str, list[Any]]:
        """Return what is not as stored: nothing, or by name what was and what is."""
        stored = {name: getattr(row, name) for name in TOLD}
        return {
            name: [was, self.shown[name]] for name, was in stored.items() if was != self.shown[name]
        }


def again(row: LoggedDecision) -> Again | None:
    """Return a decision made again; ``None`` without what it stood on, or without its matrix."""
    if row.basis is None:
        return None
    live, stood = matrix_of(row), row.basis
    if live is None and row.revision is not None:
        return None
    facts = basis.facts(row.values, stood, row.decided_at)
    unit = str(basis.exact(stood.get("unit", "")))
    verdict = _verdict(live, stood, facts, unit)
    names = {*verdict.variants, *stood.get("chain", ())} - {*stood.get("missing", ())}
    slot = Slot(
        key=row.slot,
        kind=shelf["text"],
        is_list=False,
        fallback=tuple(stood.get("chain", ())),
        swap="",
        ttl=0,
        enabled=not stood.get("disabled"),
        variants={name: {"": ANYTHING} for name in names},
    )
    return Again(live, facts, unit, slot.answer(verdict, ("",), lambda _path: None))


def matrix_of(row: LoggedDecision) -> Live | None:
    """Return the revision a decision was made by, compiled as it was at its generation."""
    rows = MatrixRevision.objects.filter(matrix__slot__site_id=row.site_id)
    rows = rows.filter(matrix__slot__key=row.slot, number=row.revision or 0)
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        return None
    features = hindsight.feature_set(row.site_id, row.generation)
    return _compiled(found, features.pk if features else None)


def _verdict(live: Live | None, stood: Any, facts: Facts, unit: str) -> Verdict:
    if stood.get("failed"):
        return FAILED
    return live.decide(facts, unit) if live else NONE


@lru_cache(maxsize=HELD)
def _compiled(revision: int, features: int | None) -> Live:
    stored = MatrixRevision.objects.get(pk=revision)
    trees = FeatureSet.objects.get(pk=features).hierarchies if features else {}
    matrix = widened(parse(stored.document), declared.below(trees))
    asked = [one for row in matrix.rows if row.enabled for one in measures(row.when)]
    keys = {measure: plans.recipe(measure).key for measure in asked}
    return Live.of(stored.number, compiled.compile(matrix, keys))
