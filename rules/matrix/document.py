"""A decision matrix as frozen data: rows, columns, hit policy and fallback, from and to JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules import budgets, canonical, expect
from rules.budgets import Budget
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.matrix import outcome
from rules.matrix.outcome import LONGEST_NAME, MOST_OUTPUTS, Output, Values
from rules.matrix.policies import AGGREGATES, POLICIES, Kinds, summable
from rules.matrix.schedule import Active
from rules.matrix.schedule import document as active_document
from rules.matrix.schedule import parse as parse_active
from rules.parser import parse as parse_condition
from rules.scopes import Scope, attribute

MOST_ROWS = 10_000
MOST_COLUMNS = 200
MOST_COLLECTED = 100
LONGEST_NOTE = 4_000
_LONGEST_ID = 64
_WHOLE = 100
_HIGHEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: when it holds, what it yields, to how many percent, when, and why.

    ``variant`` is empty where it yields ``values`` only, or leaves it to an ``experiment``, whose
    name it says. ``group`` is a heading that people put rows under; it decides nothing.
    """

    id: str
    when: Condition
    variant: str = ""
    rollout: float = _WHOLE
    priority: int = 0
    active: Active | None = None
    enabled: bool = True
    note: str = ""
    values: Values = ()
    group: str = ""
    experiment: str = ""

    def then(self) -> dict[str, object]:
        """Return what the row yields as JSON."""
        return outcome.then_document(self.variant, self.values, self.experiment)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the editor's table: the segments, an attribute, or a condition with a label."""

    attribute: str | None = None
    condition: Condition | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole document; ``limit`` is how many rows a policy that takes several may take."""

    rows: tuple[Row, ...] = ()
    hit_policy: str = "first"
    slot: str = ""
    columns: tuple[Column, ...] = ()
    fallback: tuple[str, ...] = ()
    limit: int = MOST_COLLECTED
    aggregate: str | None = None
    outputs: tuple[Output, ...] = ()


def parse(document: object) -> Matrix:
    """Return the matrix a JSON document says, or raise ``InvalidError`` with a JSON pointer.

    Hit policies are those of DMN 1.5, 8.2.10. Source: docs/matrix.md.

    >>> parse({"rows": [], "fallback": ["baseline"]}).hit_policy
    'first'
    """
    keys = ("hit_policy", "slot", "columns", "fallback", "limit", "aggregate", "outputs")
    said = expect.record(document, "", ("rows",), keys)
    policy, aggregate = _policy(said)
    outputs = outcome.outputs(_list(said.get("outputs", []), "/outputs", MOST_OUTPUTS), "/outputs")
    return Matrix(
        _rows(said["rows"], outputs, aggregate),
        policy,
        expect.text(said.get("slot", ""), "/slot", LONGEST_NAME, 0),
        tuple(
            _column(entry, f"/columns/{i}")
            for i, entry in enumerate(_list(said.get("columns", []), "/columns", MOST_COLUMNS))
        ),
        tuple(
            expect.text(entry, f"/fallback/{i}", LONGEST_NAME)
            for i, entry in enumerate(_list(said.get("fallback", []), "/fallback", MOST_COLUMNS))
        ),
        expect.whole(said.get("limit", MOST_COLLECTED), "/limit", 1, MOST_COLLECTED),
        aggregate,
        outputs,
    )


def parse_row(raw: object, matrix: Matrix, at: str = "") -> Row:
    """Return one row as it fits a matrix, to replace one of its rows or to stand beside them.

    >>> said = {"id": "a", "when": {"segment": "vip"}, "then": {"variant": "gold"}}
    >>> parse_row(said, Matrix()).variant
    'gold'
    """
    row = _row(raw, at, Budget(budgets.MATRIX))
    outcome.fitting(row.values, outcome.allowed(matrix.outputs), f"{at}/then")
    if matrix.aggregate is not None:
        kinds: dict[str, Kinds] = {}
        for other in (other for other in matrix.rows if other.id != row.id):
            summable(matrix.aggregate, other.values, "", kinds)
        summable(matrix.aggregate, row.values, f"{at}/then", kinds)
    return row


def document(matrix: Matrix) -> dict[str, object]:
    """Return the canonical JSON of a matrix; ``parse`` reads the same thing back.

    >>> document(Matrix(fallback=("baseline",)))
    {'hit_policy': 'first', 'rows': [], 'fallback': ['baseline']}
    """
    said: dict[str, object] = {"hit_policy": matrix.hit_policy}
    if matrix.slot:
        said["slot"] = matrix.slot
    if matrix.columns:
        said["columns"] = [_column_document(column) for column in matrix.columns]
    if matrix.outputs:
        said["outputs"] = [outcome.output_document(output) for output in matrix.outputs]
    said["rows"] = [row_document(row) for row in matrix.rows]
    said["fallback"] = list(matrix.fallback)
    if matrix.aggregate is not None:
        return {**said, "aggregate": matrix.aggregate}
    return said | ({"limit": matrix.limit} if POLICIES[matrix.hit_policy].several else {})


def row_document(row: Row) -> dict[str, object]:
    """Return the canonical JSON of one row.

    >>> from rules.conditions import Everyone
    >>> row_document(Row("a", Everyone(), "sale"))["then"]
    {'variant': 'sale'}
    """
    said: dict[str, object] = {
        "id": row.id,
        "when": canonical.document(row.when),
        "then": row.then(),
        "rollout": row.rollout,
        "priority": row.priority,
    }
    if row.active is not None:
        said["active"] = active_document(row.active)
    group = {"group": row.group} if row.group else {}
    return {**said, "enabled": row.enabled, "note": row.note, **group}


def _policy(said: Mapping[str, object]) -> tuple[str, str | None]:
    policy, aggregate = said.get("hit_policy", "first"), said.get("aggregate")
    if not isinstance(policy, str) or policy not in POLICIES:
        raise InvalidError("/hit_policy", "value", f"expected one of {', '.join(POLICIES)}")
    if aggregate is not None:
        if not isinstance(aggregate, str) or aggregate not in AGGREGATES:
            raise InvalidError("/aggregate", "value", f"expected one of {', '.join(AGGREGATES)}")
        if policy != "collect":
            raise InvalidError("/aggregate", "value", "expected it with collect only")
    if "limit" in said and (aggregate is not None or not POLICIES[policy].several):
        several = ", ".join(name for name, part in POLICIES.items() if part.several)
        raise InvalidError("/limit", "value", f"expected a limit with {several} only")
    return policy, aggregate


def _list(raw: object, at: str, most: int) -> list[object]:
    if raw == []:
        return []
    return expect.items(raw, at, most)


def _rows(raw: object, outputs: tuple[Output, ...], aggregate: str | None) -> tuple[Row, ...]:
    budget, listed = Budget(budgets.MATRIX), _list(raw, "/rows", MOST_ROWS)
    budgets.bounded(listed, "/rows")
    rows: list[Row] = []
    seen: set[str] = set()
    kinds: dict[str, Kinds] = {}
    names = outcome.allowed(outputs)
    for i, entry in enumerate(listed):
        row = _row(entry, f"/rows/{i}", budget)
        rows.append(row)
        if row.id in seen:
            raise InvalidError(f"/rows/{i}/id", "duplicate", "expected an id no other row has")
        seen.add(row.id)
        outcome.fitting(row.values, names, f"/rows/{i}/then")
        if aggregate is not None:
            summable(aggregate, row.values, f"/rows/{i}/then", kinds)
    return tuple(rows)


def _row(raw: object, at: str, budget: Budget) -> Row:
    if isinstance(raw, dict) and "cap" in raw:
        raise InvalidError(f"{at}/cap", "unsupported", "caps are not run by this version")
    keys = ("rollout", "priority", "active", "enabled", "note", "group")
    said = expect.record(raw, at, ("id", "when", "then"), keys)
    active = said.get("active")
    variant, values, experiment = outcome.then(said["then"], f"{at}/then")
    return Row(
        expect.text(said["id"], f"{at}/id", _LONGEST_ID),
        parse_condition(said["when"], scope=Scope.MATRIX, at=f"{at}/when", budget=budget),
        variant,
        expect.number(said.get("rollout", _WHOLE), f"{at}/rollout", 0, _WHOLE),
        expect.whole(said.get("priority", 0), f"{at}/priority", -_HIGHEST, _HIGHEST),
        None if active is None else parse_active(active, f"{at}/active"),
        expect.flag(said.get("enabled", True), f"{at}/enabled"),
        expect.text(said.get("note", ""), f"{at}/note", LONGEST_NOTE, 0),
        values,
        expect.text(said.get("group", ""), f"{at}/group", LONGEST_NAME, 0),
        experiment,
    )


def _column(raw: object, at: str) -> Column:
    if isinstance(raw, dict) and "attribute" in raw:
        said = expect.record(raw, at, ("attribute",), ("label",))
        path = attribute(said["attribute"], f"{at}/attribute", Scope.MATRIX)
        return Column(attribute=path, label=_label(said, at))
    if isinstance(raw, dict) and "condition" in raw:
        said = expect.record(raw, at, ("condition",), ("label",))
        part = parse_condition(said["condition"], scope=Scope.MATRIX, at=f"{at}/condition")
        return Column(condition=part, label=_label(said, at))
    said = expect.record(raw, at, ("segments",), ("label",))
    if said["segments"] is not True:
        raise InvalidError(f"{at}/segments", "value", "expected true")
    return Column(label=_label(said, at))


def _label(said: Mapping[str, object], at: str) -> str:
    return expect.text(said.get("label", ""), f"{at}/label", LONGEST_NAME, 0)


def _column_document(column: Column) -> dict[str, object]:
    label: dict[str, object] = {"label": column.label} if column.label else {}
    if column.attribute is not None:
        return {"attribute": column.attribute, **label}
    if column.condition is not None:
        return {"condition": canonical.document(column.condition), **label}
    return {"segments": True, **label}
