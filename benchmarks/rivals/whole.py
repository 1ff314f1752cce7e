"""Engines that take a whole table at once."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.rivals.contract import Engine, Table
from benchmarks.tables import LIST, Profile


class Zen(Engine):
    """zen-engine (GoRules): a decision table, compiled in Rust, with an index of its own."""

    name, package = "zen-engine", "zen"

    def __init__(self, table: Table) -> None:
        zen = importlib.import_module("zen").ZenEngine()
        self.decisions = {
            policy: zen.create_decision(json.dumps(_graph(table, policy)))
            for policy in ("first", "collect")
        }

    def first(self, person: Any) -> int | None:
        found = self.decisions["first"].evaluate(person)["result"]
        return int(found["row"]) if found else None

    def all(self, person: Any) -> list[int]:
        return [int(each["row"]) for each in self.decisions["collect"].evaluate(person)["result"]]


def _graph(table: Table, policy: str) -> dict[str, Any]:
    names = sorted({name for cells in table for name, _, _ in cells})
    content = {
        "hitPolicy": policy,
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": "row", "name": "row", "field": "row"}],
        "rules": [
            {
                "_id": str(i),
                "row": str(i),
                **dict.fromkeys(names, ""),
                **{cell[0]: _unary(*cell[1:]) for cell in cells},
            }
            for i, cells in enumerate(table)
        ],
    }
    kinds = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes: list[dict[str, Any]] = [
        {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
        for name, kind in kinds.items()
    ]
    nodes[1]["content"] = content
    edges = [
        {"id": f"{start}-{end}", "sourceId": start, "targetId": end, "type": "edge"}
        for start, end in (("in", "table"), ("table", "out"))
    ]
    return {"nodes": nodes, "edges": edges}


def _unary(operator: str, value: Any) -> str:
    said = json.dumps(value)
    return {
        "equals": lambda: said,
        "in": lambda: said[1:-1],
        "not_in": lambda: f"$ not in {said}",
        "at_least": lambda: f">= {said}",
        "less_than": lambda: f"< {said}",
        "between": lambda: f"[{value[0]}..{value[1]}]",
        "has": lambda: f"contains($, {said})",
        "has_any": lambda: f"some($, # in {said})",
        "has_not": lambda: f"not(contains($, {said}))",
    }[operator]()


class Unleash(Engine):
    """The engine inside UnleashClient: a toggle, a strategy a row, and a variant of its own."""

    name, package = "UnleashClient (yggdrasil)", "yggdrasil_engine"

    def __init__(self, table: Table) -> None:
        self.engine = importlib.import_module("yggdrasil_engine.engine").UnleashEngine()
        strategies = [
            {
                "name": "default",
                "parameters": {},
                "constraints": [part for cell in cells for part in _constraints(*cell)],
                "variants": [{"name": f"row-{i}", "weight": 1000}],
            }
            for i, cells in enumerate(table)
        ]
        toggle = {"name": "table", "enabled": True, "type": "release", "variants": []}
        state = {"version": 2, "features": [{**toggle, "strategies": strategies}]}
        self.engine.take_state(json.dumps(state))

    def person(self, profile: Profile) -> Any:
        told = {name: _word(value) for name, value in profile.items() if name != LIST}
        return {"properties": {**told, LIST: ",".join(["", *profile[LIST], ""])}}

    def first(self, person: Any) -> int | None:
        found = self.engine.get_variant("table", person).variant
        return int(found.name.removeprefix("row-")) if found.feature_enabled else None


def _constraints(name: str, operator: str, value: Any) -> Iterator[dict[str, Any]]:
    if operator == "between":
        yield from _constraints(name, "at_least", value[0])
        yield {"contextName": name, "operator": "NUM_LTE", "value": str(value[1])}
        return
    word = {"equals": "IN", "in": "IN", "not_in": "NOT_IN", "at_least": "NUM_GTE"}
    word |= {"less_than": "NUM_LT"} | dict.fromkeys(("has", "has_any", "has_not"), "STR_CONTAINS")
    said: dict[str, Any] = {"contextName": name, "operator": word[operator]}
    values = value if isinstance(value, list) else [value]
    if word[operator] == "STR_CONTAINS":
        yield {
            **said,
            "values": [f",{item}," for item in values],
            "inverted": operator == "has_not",
        }
    elif word[operator] in ("IN", "NOT_IN"):
        yield {**said, "values": [_word(item) for item in values]}
    else:
        yield {**said, "value": str(value)}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Durable(Engine):
    """durable-rules: an event a person, consumed by the first rule by priority that matches."""

    name, package = "durable-rules", "durable"
    most, why = 100, "at 1,000 rows it gives error 303, beyond about 500 it may hang as a whole"

    def __init__(self, table: Table) -> None:
        engine = importlib.import_module("durable.engine")
        quiet = type("Quiet", (engine.Host,), {"_run": lambda _self: None})
        self.unhandled = engine.MessageNotHandledException
        self.found: list[int] = []
        self.host = quiet()
        rules = {
            f"row-{i}": {
                "all": [{"m": {"$and": [part for cell in cells for part in _alpha(*cell)]}}],
                "pri": i,
                "run": self._finding(i),
            }
            for i, cells in enumerate(table)
        }
        self.host.register_rulesets({f"table-{id(self)}": rules})

    def _finding(self, row: int) -> Callable[[Any], None]:
        return lambda _context: self.found.append(row)

    def person(self, profile: Profile) -> Any:
        return {**profile, "sid": "0"}

    def first(self, person: Any) -> int | None:
        self.found.clear()
        try:
            self.host.post(f"table-{id(self)}", person)
        except self.unhandled:
            return None
        return self.found[0]


def _alpha(name: str, operator: str, value: Any) -> list[Any]:
    return {
        "equals": lambda: [{name: value}],
        "in": lambda: [_either([{name: item} for item in value])],
        "not_in": lambda: [{"$neq": {name: item}} for item in value],
        "at_least": lambda: [{"$gte": {name: value}}],
        "less_than": lambda: [{"$lt": {name: value}}],
        "between": lambda: [{"$gte": {name: value[0]}}, {"$lte": {name: value[1]}}],
        "has": lambda: [{"$iany": {name: {"$i": value}}}],
        "has_any": lambda: [{"$iany": {name: _either([{"$i": item} for item in value])}}],
        "has_not": lambda: [{"$iall": {name: {"$neq": {"$i": value}}}}],
    }[operator]()


def _either(parts: list[Any]) -> Any:
    return {"$or": parts} if len(parts) > 1 else parts[0]
