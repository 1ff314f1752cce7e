"""A declared measure at points of the past: one expression for DuckDB, Spark and warehouses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import LIST, SAID, TRUTH, aggregates
from personalization.features.pointintime.told import completed
from rules import compiler
from rules.conditions import Measure
from rules.errors import InvalidError
from rules.evidence import plain


def values(measure: Measure, points: Any, events: Any) -> Any:
    """Return what a live window would have answered at each point, as an Ibis table.

    ``points`` have ``profile`` and ``now`` (microseconds UTC), ``events`` are every counted event:
    ``profile``, ``at``, ``tie``, ``name`` and the cells of ``cells.cells``. An event at *t* is
    known from *t* on. The answer has each point and ``value`` (sums and the like in millionths,
    recency in microseconds), or for what was said ``text``, ``whole``, ``real`` and ``flag``, of
    which one is known, or a ``list`` of such with ``place`` 0 for the latest; NULL for none.
    ``InvalidError`` (``unsupported``) for what is not answered exactly alike.

    >>> import ibis
    >>> log = {"profile": "string", "at": "int64", "tie": "string", "name": "string"}
    >>> points = ibis.table({"profile": "string", "now": "int64"}, name="points")
    >>> values(Measure("Viewed"), points, ibis.table(log, name="events")).columns
    ('profile', 'now', 'value')
    """
    part = aggregates.get(measure.kind)
    if part is None:
        raise InvalidError("/measure", "unsupported", f"{measure.kind} is not asked of a whole log")
    span = measure.span
    if span.offset and span.length is None:
        raise InvalidError("", "unsupported", "this span is not asked of a whole log")
    found = part.answer(Matched(measure, points, completed(events, paths(measure))))
    same = [points[name] == found[name] for name in POINT]
    joined = points.left_join(found, same, rname="{name}_found")
    answers = {name: joined[name] for name in part.columns}
    if part.nothing is not None:
        heard = joined[f"{POINT[0]}_found"].notnull()
        answers = {
            name: heard.ifelse(said, part.nothing).cast(said.type())
            for name, said in answers.items()
        }
    return joined.select(*POINT, **answers)


def paths(measure: Measure) -> frozenset[str]:
    """Return the paths of an event whose cells a measure looks at.

    >>> paths(Measure("Order Completed", kind="sum", path="properties.revenue"))
    frozenset({'properties.revenue'})
    """
    filters = [part for part in (measure.where, measure.span.since_where) if part is not None]
    asked = frozenset[str]().union(*map(compiler.attributes, filters))
    return asked | {measure.path} if measure.path else asked


def read(measure: Measure, row: Mapping[str, Any]) -> object:
    """Return a row's answer as people write it, as a live feature reads.

    >>> read(Measure("Bought", kind="sum", path="properties.n"), {"value": 2_500_000})
    2.5
    """
    columns = aggregates[measure.kind].columns
    if columns == SAID:
        return _said(row)
    if columns == LIST:
        told = sorted(row["list"] or (), key=lambda each: -each["place"])
        return tuple(_said(each) for each in told)
    if columns == TRUTH:
        return row["flag"]
    value = None if row["value"] is None else int(row["value"])
    return plain(value) if compiler.in_millionths(measure.kind) else value


def _said(row: Mapping[str, Any]) -> object:
    return next((row[part] for part in SAID if row[part] is not None), None)
