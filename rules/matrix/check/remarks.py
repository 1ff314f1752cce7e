"""The checker's answers about columns, gaps and what is left open, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules import wording
from rules.compiler import attributes, segments
from rules.conditions import Condition
from rules.matrix.check.atoms import (
    ATTRIBUTE,
    MEASURE,
    OPAQUE,
    SEGMENT,
    Subject,
    asked,
    leaves,
)
from rules.matrix.check.findings import Finding
from rules.matrix.check.space import Space
from rules.matrix.check.visitors import Visitor, sentence
from rules.matrix.document import Matrix, Row

TRUE = "whether it can be true at all"


REACHED = "whether it is ever reached"


PAIR = "whether it meets other rows"


IDLE = "whether every column tells visitors apart"


_SHOWN = 8
GAP = "whether somebody gets no row"


def gap(space: Space, point: list[int], seen: Visitor) -> Finding:
    """Return the finding that somebody gets no row.

    >>> gap(Space([], None), [], Visitor()).sentence
    'Nobody gets a row.'
    """
    if all(mask == full for mask, full in zip(point, space.full, strict=True)):
        return Finding("gap", "Nobody gets a row.", witness=seen)
    columns = zip(space.columns, point, strict=True)
    known = all(mask & column.usual for column, mask in columns)
    visitor = sentence(seen)
    said = (
        f"No row holds for a visitor like this: {visitor}."
        if known
        else f"No row holds for some visitors of whom not all is known, like this: {visitor}."
    )
    return Finding("gap", said, witness=seen, doubt=not seen.certain)


def idle(subject: Subject) -> Finding:
    """Return the finding of a column that decides nothing.

    >>> idle(Subject("segment", "vip")).sentence
    'The column "segment vip" decides nothing: every row answers the same whatever its value.'
    """
    name = title(subject)
    said = f'The column "{name}" decides nothing: every row answers the same whatever its value.'
    return Finding("idle_column", said, column=name)


def unasked(matrix: Matrix, rows: Iterable[Row]) -> Iterator[Finding]:
    """Yield a finding for each column of the table that no row asks anything of.

    >>> from rules.matrix.document import Column
    >>> [each.column for each in unasked(Matrix(columns=(Column(attribute="traits.age"),)), [])]
    ['traits.age']
    """
    rows = list(rows)
    asked = {path for row in rows for path in attributes(row.when)}
    members = any(segments(row.when) for row in rows)
    found = {leaf for row in rows for leaf in leaves(row.when)}
    for column in matrix.columns:
        if column.attribute is not None:
            name, used = column.attribute, column.attribute in asked
        elif column.condition is not None:
            name = column.label or wording.words(column.condition)
            used = any(leaf in found for leaf in leaves(column.condition))
        else:
            name, used = "segments", members
        if not used:
            said = f'The column "{name}" decides nothing: no row asks about it.'
            yield Finding("idle_column", said, column=name)


def undecided(rows: Sequence[str], why: str) -> Finding:
    """Return the finding that the budget was used up before an answer was found.

    A row without an id stands for the whole table.

    >>> undecided(["a", "b"], REACHED).sentence
    'Not decided of a, b within the budget: whether it is ever reached.'
    """
    named = tuple(row for row in rows if row)
    rows, more = ", ".join(named[:_SHOWN]), len(named) - _SHOWN
    if not named:
        said = f"Not decided within the budget: {why}."
    elif more > 0:
        said = f"Not decided of {rows} and {more} more within the budget: {why}."
    else:
        said = f"Not decided of {rows} within the budget: {why}."
    return Finding("not_decided", said, named)


def title(subject: Subject) -> str:
    """Return the name of a column as people read it.

    >>> title(Subject("segment", "vip"))
    'segment vip'
    """
    kind, of = subject
    if kind == SEGMENT:
        return f"segment {of}"
    if kind == MEASURE:
        return wording.measure(of)
    return str(of) if kind == ATTRIBUTE else wording.words(of)


def asked_about(rows: Iterable[Row]) -> set[Subject]:
    """Return the subjects the rows' conditions ask about; a schedule alone asks about none.

    >>> asked_about([])
    set()
    """
    return {subject for row in rows for subject in subjects(row.when)}


def subjects(condition: Condition) -> set[Subject]:
    """Return what a condition asks about, each leaf also as a whole.

    >>> from rules.conditions import Member
    >>> sorted(subject.kind for subject in subjects(Member("vip")))
    ['opaque', 'segment']
    """
    found: set[Subject] = set()
    for leaf in leaves(condition):
        found |= {asked(leaf).subject, Subject(OPAQUE, leaf)}
    return found
