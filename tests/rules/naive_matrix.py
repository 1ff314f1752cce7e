"""A matrix read row by row, as a person would: the oracle of the indexed one."""

from __future__ import annotations

from decimal import Decimal, localcontext

from rules.allocation import included
from tests.rules import naive

RANKED = ("priority", "output_order")


def holding(matrix, facts, unit):
    """Return the indexes of the rows that hold, in the order of the hit policy."""
    rows = list(enumerate(matrix.rows))
    if matrix.hit_policy in RANKED:
        rows.sort(key=lambda pair: rank(pair[1], matrix.outputs))
    return [i for i, row in rows if holds(row, facts, unit)]


def holds(row, facts, unit):
    active = row.active
    in_force = active is None or (
        (active.start_at is None or active.start_at <= facts.now)
        and (active.until_at is None or facts.now < active.until_at)
    )
    rolled = row.rollout == 100 or included(row.id, unit, row.rollout)
    return row.enabled and in_force and rolled and naive.answer(row.when, facts) is True


def rank(row, outputs):
    """Return what the row is sorted by: its priority, then where its values stand."""
    places = []
    for output in (output for output in outputs if output.values):
        said = [apart(value) for name, value in row.values if name == output.name]
        listed = [apart(value) for value in output.values]
        place = listed.index(said[0]) if said and said[0] in listed else len(listed)
        places.append(place)
    return [-row.priority, *places]


def decision(matrix, facts, unit):
    """Return the index of the one chosen row, or ``None``, and the reason."""
    found = holding(matrix, facts, unit)
    if not found:
        return None, "nothing"
    if matrix.hit_policy == "unique" and len(found) > 1:
        return None, "conflict"
    if matrix.hit_policy == "any" and len({yielded(matrix.rows[i]) for i in found}) > 1:
        return None, "conflict"
    return found[0], "matched"


def aggregate(matrix, facts, unit, name):
    """Return the aggregate of one output over the rows that hold and say it."""
    rows = [dict(matrix.rows[i].values) for i in holding(matrix, facts, unit)]
    said = [row[name] for row in rows if name in row]
    if matrix.aggregate == "count":
        return len(said)
    if matrix.aggregate == "sum":
        with localcontext(prec=400):
            return sum(map(Decimal, map(str, said)), Decimal(0))
    return {"min": min, "max": max}[matrix.aggregate](said, default=None)


def yielded(row):
    values = frozenset((name, apart(value)) for name, value in row.values)
    return row.variant, values, row.experiment


def apart(value):
    """Tell 1 from true, and lists by what they hold."""
    if isinstance(value, tuple):
        return tuple(map(apart, value))
    return naive.sort_of(value), value
