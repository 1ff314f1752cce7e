"""Engines that know single conditions: the rows of a table are asked one after another."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any

from benchmarks.rivals.contract import Engine, Table
from benchmarks.tables import Cell, Profile


class RowByRow(Engine):
    """An engine that knows single conditions: the rows are asked one after another."""

    def __init__(self, table: Table) -> None:
        self.rows = [self.row(cells) for cells in table]

    def row(self, cells: list[Cell]) -> Any:
        """Return one row's condition."""
        raise LookupError(cells)

    def holds(self, row: Any, person: Any) -> bool:
        """Tell whether one row's condition is true."""
        raise LookupError(row, person)

    def first(self, person: Any) -> int | None:
        holds = self.holds
        for i, row in enumerate(self.rows):
            if holds(row, person):
                return i
        return None

    def all(self, person: Any) -> list[int]:
        holds = self.holds
        return [i for i, row in enumerate(self.rows) if holds(row, person)]


class Closures(RowByRow):
    """What one writes without a library: a Python function for each cell."""

    name = "naive closures"

    def row(self, cells: list[Cell]) -> Any:
        return tuple(CLOSURES[operator](name, value) for name, operator, value in cells)

    def holds(self, row: Any, person: Any) -> bool:
        return all(test(person) for test in row)


CLOSURES: dict[str, Callable[[str, Any], Callable[[Profile], bool]]] = {
    "equals": lambda name, value: lambda told: told[name] == value,
    "in": lambda name, value: lambda told, values=frozenset(value): told[name] in values,
    "not_in": lambda name, value: lambda told, values=frozenset(value): told[name] not in values,
    "at_least": lambda name, value: lambda told: told[name] >= value,
    "less_than": lambda name, value: lambda told: told[name] < value,
    "between": lambda name, value: lambda told: value[0] <= told[name] <= value[1],
    "has": lambda name, value: lambda told: value in told[name],
    "has_any": lambda name, value: lambda told: any(item in told[name] for item in value),
    "has_not": lambda name, value: lambda told: value not in told[name],
}


class GrowthBook(RowByRow):
    """A feature whose rules force the row's number; all: its conditions one after another."""

    name, package = "growthbook", "growthbook"

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        sdk = importlib.import_module("growthbook")
        self.holds = lambda row, person: self.condition(person, row)  # type: ignore[method-assign]
        self.condition = importlib.import_module("growthbook.core").evalCondition
        rules = [{"condition": row, "force": i} for i, row in enumerate(self.rows)]
        self.sdk = sdk.GrowthBook(features={"table": {"defaultValue": None, "rules": rules}})

    def row(self, cells: list[Cell]) -> Any:
        return {"$and": [_growthbook(*cell) for cell in cells]}

    def first(self, person: Any) -> int | None:
        self.sdk.set_attributes(person)
        found = self.sdk.eval_feature("table").value
        return None if found is None else int(found)


def _growthbook(name: str, operator: str, value: Any) -> Any:
    return {
        "equals": {name: value},
        "in": {name: {"$in": value}},
        "not_in": {name: {"$nin": value}},
        "at_least": {name: {"$gte": value}},
        "less_than": {name: {"$lt": value}},
        "between": {name: {"$gte": value[0], "$lte": value[-1]}} if isinstance(value, list) else 0,
        "has": {name: {"$elemMatch": {"$eq": value}}},
        "has_any": {name: {"$in": value}},
        "has_not": {"$not": {name: {"$elemMatch": {"$eq": value}}}},
    }[operator]


class JsonLogic(RowByRow):
    """The community's JsonLogic for Python, one rule a row."""

    name, package = "json-logic (panzi)", "json_logic"

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.logic = importlib.import_module("json_logic").jsonLogic

    def row(self, cells: list[Cell]) -> Any:
        return {"and": [_jsonlogic(*cell) for cell in cells]}

    def holds(self, row: Any, person: Any) -> bool:
        return bool(self.logic(row, person))


def _jsonlogic(name: str, operator: str, value: Any) -> Any:
    told = {"var": name}
    return {
        "equals": lambda: {"===": [told, value]},
        "in": lambda: {"in": [told, value]},
        "not_in": lambda: {"!": {"in": [told, value]}},
        "at_least": lambda: {">=": [told, value]},
        "less_than": lambda: {"<": [told, value]},
        "between": lambda: {"<=": [value[0], told, value[1]]},
        "has": lambda: {"in": [value, told]},
        "has_any": lambda: {"or": [{"in": [item, told]} for item in value]},
        "has_not": lambda: {"!": {"in": [value, told]}},
    }[operator]()


class RuleEngine(RowByRow):
    """rule-engine: one expression a row."""

    name, package = "rule-engine", "rule_engine"

    def row(self, cells: list[Cell]) -> Any:
        said = " and ".join(_expression(*cell) for cell in cells)
        return importlib.import_module("rule_engine").Rule(said)

    def holds(self, row: Any, person: Any) -> bool:
        return bool(row.matches(person))


def _expression(name: str, operator: str, value: Any) -> str:
    said = json.dumps(value)
    return {
        "equals": lambda: f"{name} == {said}",
        "in": lambda: f"{name} in {said}",
        "not_in": lambda: f"not ({name} in {said})",
        "at_least": lambda: f"{name} >= {said}",
        "less_than": lambda: f"{name} < {said}",
        "between": lambda: f"({name} >= {value[0]} and {name} <= {value[1]})",
        "has": lambda: f"{said} in {name}",
        "has_any": lambda: "(" + " or ".join(f'"{item}" in {name}' for item in value) + ")",
        "has_not": lambda: f"not ({said} in {name})",
    }[operator]()
