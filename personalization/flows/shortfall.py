"""What a visitor is short of: the nearest miss of a row in words, opened down to the events."""

from __future__ import annotations

from collections.abc import Iterator

from personalization.flows import declared, unfolding
from personalization.flows.standpoint import Standpoint
from personalization.plant.instants import to_datetime
from rules.compiler import Keys, measures
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled, lacking
from rules.matrix.changes import Change
from rules.matrix.compiled import Compiled
from rules.matrix.document import Matrix, Row
from rules.matrix.nearest import nearest
from rules.spreading import spread

STEPS = 500
"""So far the nearest miss of each row is searched."""


def words(matrix: Compiled, facts: Facts, unit: str, row: str, stood: Standpoint) -> Iterator[str]:
    """Yield in words the fewest things that would have to be otherwise for a row to be chosen."""
    found = nearest(matrix, facts, unit, row, steps=STEPS)
    if not found.possible:
        yield "no change of what the rows ask about would choose this row"
    for change in found.changes or ():
        yield lacking.words(change, matrix.measures, matrix.keys, facts, _said)
        if change.kind == "segment" and change.value is True:
            yield from _entering(change, stood)


def _entering(change: Change, stood: Standpoint) -> Iterator[str]:
    """Yield what would bring somebody into a segment."""
    said = {slug: (said, rest) for slug, said, rest, _ in stood.source["segments"]}
    if change.subject not in said:
        return
    condition, stability = declared.segment(*said[change.subject])
    condition = spread(condition, stood.site.asked.definitions.hierarchies)
    keys: Keys = unfolding.keys_of(stood, change.subject)
    try:
        alone = compiled.compile(Matrix((Row("in", condition, "in"),)), keys)
        found = nearest(alone, stood.facts, "", "in", chosen=False, steps=STEPS)
    except InvalidError:  # a hold: time is what it is short of
        return
    asked = measures(condition)
    for one in found.changes or ():
        sentence = lacking.words(one, asked, keys, stood.facts, _said)
        yield f"for segment {change.subject}: {sentence}"
    if found.changes == () and stability.enter_after:
        yield f"for segment {change.subject}: it is true, and is waited for to last"


def _said(instant: int) -> str:
    return f"{to_datetime(instant):%Y-%m-%d %H:%M:%S} UTC"
