"""The checker's answers in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules import wording
from rules.conditions import All, Condition
from rules.matrix.check.findings import Finding
from rules.matrix.check.reach import inside
from rules.matrix.check.regions import TooManyError
from rules.matrix.check.rivals import alike
from rules.matrix.check.search import Budget, UndecidedError
from rules.matrix.check.space import Space
from rules.matrix.check.visitors import Visitor, sentence
from rules.matrix.document import Matrix, Row
from rules.matrix.policies import POLICIES


def never_true(space: Space, row: Row, now: int | None, budget: Budget) -> Finding:
    """Return the finding of a row that is true of nobody, with the parts that exclude each other.

    >>> from rules.conditions import Everyone, Not
    >>> row = Row("a", Not(Everyone()), "x")
    >>> never_true(Space([row.when], None), row, None, Budget(9)).sentence
    'Row a is never true: nobody is "not everyone".'
    """
    until = row.active.until_at if row.active else None
    if now is not None and until is not None and until <= now:
        assert row.active is not None
        said = f"Row {row.id} is over: it was in force until {row.active.until}."
        return Finding("ended", said, (row.id,))
    parts = _clash(space, list(_conjuncts(row.when)), budget)
    asked = " and ".join(f'"{wording.words(part)}"' for part in parts)
    if len(parts) > 1:
        said = f"Row {row.id} is never true: {asked} exclude each other."
    else:
        said = f"Row {row.id} is never true: nobody is {asked}."
    return Finding("never_true", said, (row.id,))


def never_reached(matrix: Matrix, row: Row, others: Sequence[Row]) -> Finding:
    """Return the finding of a row that nobody gets, and the rows that keep it from everybody.

    >>> from rules.conditions import Member
    >>> rows = [Row("a", Member("vip"), "x"), Row("b", Member("vip"), "y")]
    >>> never_reached(Matrix(), rows[1], rows[:1]).sentence
    'Row b is never reached: row a takes everybody it is for.'
    """
    if POLICIES[matrix.hit_policy].alone:
        said = f"Row {row.id} is never reached: everybody it is for also meets {_rows(others)}."
    elif len(others) == 1:
        said = f"Row {row.id} is never reached: row {others[0].id} takes everybody it is for."
    else:
        taking = _rows(others)
        said = f"Row {row.id} is never reached: {taking} together take everybody it is for."
    return Finding("never_reached", said, (row.id,), tuple(other.id for other in others))


def duplicate(one: Row, other: Row) -> Finding:
    """Return the finding of two rows that hold for the same visitors.

    >>> from rules.conditions import Member
    >>> duplicate(Row("a", Member("vip"), "x"), Row("b", Member("vip"), "x")).sentence
    'Rows a and b are for the same visitors and show the same.'
    """
    rows = one.id, other.id
    said = f"Rows {one.id} and {other.id} are for the same visitors and show different things."
    if alike(one, other):
        said = f"Rows {one.id} and {other.id} are for the same visitors and show the same."
    return Finding("duplicate", said, rows)


def overlap(policy: str, one: Row, other: Row, seen: Visitor) -> Finding:
    """Return the finding of two rows that must not hold together, and somebody for whom they do.

    >>> from rules.conditions import Member
    >>> rows = [Row("a", Member("vip"), "x"), Row("b", Member("new"), "y")]
    >>> overlap("unique", *rows, Visitor(segments={"vip": True, "new": True})).sentence
    'Rows a and b both hold for a visitor like this: in segment vip, in segment new.'
    """
    visitor = sentence(seen)
    if policy == "unique":
        code = "overlap"
        said = f"Rows {one.id} and {other.id} both hold for a visitor like this: {visitor}."
    else:
        code = "conflict"
        said = (
            f"Rows {one.id} and {other.id} both hold, and show different things, "
            f"for a visitor like this: {visitor}."
        )
    return Finding(code, said, (one.id, other.id), (), "", seen, not seen.certain)


def _rows(rows: Sequence[Row]) -> str:
    names = [row.id for row in rows]
    if len(names) == 1:
        return f"row {names[0]}"
    return f"rows {', '.join(names[:-1])} and {names[-1]}"


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _conjuncts(part)
    else:
        yield condition


def _clash(space: Space, parts: list[Condition], budget: Budget) -> list[Condition]:
    """Return parts that no visitor meets together, and of which none can be left out."""
    try:
        for part in list(parts):
            fewer = [other for other in parts if other is not part]
            if fewer and inside(space, space.boxes(All(tuple(fewer))), (), budget):
                parts = fewer
    except (UndecidedError, TooManyError):
        return parts
    return parts
