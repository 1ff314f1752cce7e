"""A decision table of DMN becomes a matrix; what our language has no words for is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from decimal import Decimal
from typing import Any

from rules.dmn.edge import outward
from rules.dmn.faults import Faults, Place
from rules.dmn.model import Model
from rules.dmn.table import Input, Output, Rule, Table
from rules.dmn.writing import POLICY_NAMES, VARIANT
from rules.errors import InvalidError
from rules.feel import tree
from rules.feel.meaning import Scope, Sense
from rules.feel.moments import text
from rules.feel.values import Interval
from rules.grid.texts import parsed
from rules.matrix import document as matrices
from rules.matrix.document import Matrix
from rules.parser import parse
from rules.scopes import Scope as Scopes

Document = dict[str, Any]
_POLICIES = {name: policy for policy, name in POLICY_NAMES.items()}
_NUMBERS = {">=": "at_least", "<=": "at_most", "<": "less_than", ">": "more_than"}
_INSTANTS = {">=": "not_before", "<=": "not_after", "<": "before", ">": "after"}
_OPPOSITE = {">=": "<", "<=": ">", "<": ">=", ">": "<="}
_TWO = 2
_INTEGERS = 1 << 63


def matrix(
    model: Model, decision: str | None, names: Mapping[str, str], faults: Faults | None = None
) -> Matrix:
    """Return the matrix a decision table says; ``names`` gives attributes to its inputs.

    ``InvalidError`` names the rule and column of what our language cannot say. ``faults`` gathers
    them instead; what is returned then says less than the table.

    >>> matrix(Model({}, {}, {}), "D", {})
    Traceback (most recent call last):
    rules.errors.InvalidError: /decision: expected one of none
    """
    name = model.chosen(decision)
    table = model.decisions[name].body
    if not isinstance(table, Table):
        raise InvalidError(f"/{name}", "unsupported", "expected a decision table")
    return _Taking(name, table, names, faults or Faults()).matrix()


class _Taking:
    """One table on its way."""

    def __init__(self, name: str, table: Table, names: Mapping[str, str], faults: Faults) -> None:
        self.name = name
        self.table = table
        self.names = names
        self.faults = faults
        self.strangers: set[str] = set()
        self.ids: set[object] = set()

    def matrix(self) -> Matrix:
        said = self.whole()
        rows: list[Document] = []
        for i, rule in enumerate(self.table.rules, 1):
            with self.net(rule, i):
                rows.append(self.row(i, rule, said))
        if self.faults.found:
            return Matrix()
        try:
            return matrices.parse({**said, "rows": rows})
        except InvalidError as error:
            raise InvalidError(f"/{self.name}{error.at}", error.code, error.message) from error

    def net(
        self, rule: Rule, number: int, column: str = "", entry: int = 0
    ) -> AbstractContextManager[bool | None]:
        """Return the context in which a fault is one of a rule, or of one of its entries."""
        if not self.faults.gathers:
            return nullcontext()
        element = rule.entries[entry if entry < len(rule.entries) else 0]
        return self.faults.at(self.name, element, column, number, rule.id)

    def whole(self) -> Document:
        """Return what the table says beside its rules."""
        with self.faults.within(Place(self.name)):
            ours = self.extension(self.table.extra, f"/{self.name}")
            said = {**self.head(ours), **ours}
            if self.faults.gathers:
                matrices.parse({**said, "rows": []})
            return said
        return {"hit_policy": "first"}

    def head(self, ours: Document) -> Document:
        said: Document = {"slot": self.name[:200], "hit_policy": _POLICIES[self.table.policy]}
        if self.table.aggregate:
            said["aggregate"] = self.table.aggregate.lower()
        outputs = [
            self.declared(output)
            for i, output in enumerate(self.table.outputs)
            if not self.shows(i) and (output.values or output.otherwise or output.label)
        ]
        shown = [output for i, output in enumerate(self.table.outputs) if self.shows(i)]
        fallback = [self.value(each.otherwise, "") for each in shown if each.otherwise]
        if outputs:
            known = {output["name"] for output in outputs}
            others = [o.name for i, o in enumerate(self.table.outputs) if not self.shows(i)]
            outputs += [{"name": name} for name in others if name not in known]
        said |= {"fallback": fallback, **({"outputs": outputs} if outputs else {})}
        return said | ({"slot": ""} if ours and "slot" not in ours else {})

    def extension(self, said: str, at: str) -> Document:
        found = parsed(said, at) if said else {}
        if not isinstance(found, dict):
            raise InvalidError(at, "type", "expected an object in our extension")
        return found

    def shows(self, i: int) -> bool:
        """Tell whether an output is the variant: by its name, or as the only one, of texts."""
        output = self.table.outputs[i]
        if output.name or self.table.aggregate or len(self.table.outputs) > 1:
            return output.name == VARIANT
        said = [rule.said[i] for rule in self.table.rules]
        return all(isinstance(node, tree.Constant) and type(node.value) is str for node in said)

    def row(self, number: int, rule: Rule, said: Document) -> Document:
        at = f"/{self.name}/rule {number}"
        parts: list[Document] = []
        for i, (clause, cell) in enumerate(zip(self.table.inputs, rule.cells, strict=True)):
            with self.net(rule, number, clause.label, i + 1):
                parts += self.asked(clause, cell, f"{at}/{clause.label}") if cell.tests else ()
        when = parts[0] if len(parts) == 1 else {"all": parts} if parts else {"everyone": True}
        then: Document = {}
        for i, (output, node) in enumerate(zip(self.table.outputs, rule.said, strict=True)):
            column = output.name or "output"
            if node is None:
                continue
            with self.net(rule, number, column, i + 1 + len(rule.cells)):
                value = self.value(node, f"{at}/{column}")
                if self.shows(i):
                    then[VARIANT] = value
                else:
                    then.setdefault("values", {})[output.name or self.name] = value
        ours = self.extension(rule.extra, at)
        row = {"id": rule.id or f"rule-{number}", "when": when, "then": then, "note": rule.note}
        row |= ours
        if self.faults.gathers:
            self.fitting(number, row, said)
        return row

    def fitting(self, number: int, row: Document, said: Document) -> None:
        """Raise what is wrong with one row, by itself or beside those above it."""
        if row["id"] in self.ids:
            message = f"expected an id no other rule has, not {row['id']}"
            raise InvalidError("", "duplicate", message)
        self.ids.add(row["id"])
        if not self.faults.spoilt(self.name, number):
            matrices.parse({**said, "rows": [row]})

    def asked(self, clause: Input, cell: tree.Tests, at: str) -> Iterator[Document]:
        if clause.extra:
            answer = [self.value(node, at) for node in cell.tests]
            if answer not in ([True], [False]) or cell.negated:
                raise InvalidError(at, "unsupported", "expected true or false for a condition")
            condition = self.extension(clause.extra, at)
            yield condition if answer == [True] else {"not": condition}
            return
        name = " ".join(clause.text.split())
        attribute = self.names.get(name, name)
        if "." not in attribute:
            if name in self.strangers:
                return
            self.strangers |= {name} if self.faults.gathers else set()
            message = f"expected an attribute like traits.age for the input {name}: give names"
            raise InvalidError(at, "attribute", message)
        said = self.condition(cell, attribute, at)
        if self.faults.gathers:
            parse(said, scope=Scopes.MATRIX)
        yield said

    def condition(self, cell: tree.Tests, attribute: str, at: str) -> Document:
        """Return the condition of a cell: a list of values, or any (none) of its tests."""
        nodes = [self.folded(node, at) for node in cell.tests]
        if all(isinstance(node, tree.Constant) for node in nodes):
            return _values([node.value for node in nodes], attribute, cell.negated, at)  # type: ignore[union-attr]
        tests = [self.test(node, attribute, cell.negated, at) for node in nodes]
        if len(tests) == _TWO and not cell.negated:
            low, high = tests
            pair = low.get("operator"), high.get("operator")
            if pair == ("less_than", "more_than") and low["value"] <= high["value"]:
                ends = [low["value"], high["value"]]
                return {"attribute": attribute, "operator": "not_between", "value": ends}
        if len(tests) == 1:
            return tests[0]
        return {"all": tests} if cell.negated else {"any": tests}

    def folded(self, node: tree.Node, at: str) -> tree.Node:
        """Return a constant where an expression asks for nothing."""
        asking = tree.Given | tree.Name | tree.Against | tree.Range
        if any(isinstance(part, asking) for part in tree.inner(node)):
            return node
        return tree.Constant(Sense(at, ()).of(node)(Scope(lambda _name: None)))

    def test(self, node: tree.Node, attribute: str, negated: bool, at: str) -> Document:
        if isinstance(node, tree.Constant):
            return _values([node.value], attribute, negated, at, lone=False)
        if isinstance(node, tree.Against):
            value = self.folded(node.part, at)
            sign = _OPPOSITE.get(node.sign, "") if negated else node.sign
            if isinstance(value, tree.Constant) and sign in _NUMBERS:
                return _compared(sign, value.value, attribute, at)
        if isinstance(node, tree.Range):
            found = Sense(at, ()).of(node)(Scope(lambda _name: None))
            if isinstance(found, Interval):
                return _between(found, attribute, negated, at)
        raise InvalidError(at, "unsupported", "expected values, comparisons with them or intervals")

    def value(self, node: tree.Node | None, at: str) -> object:
        found = self.folded(node, at) if node is not None else None
        if not isinstance(found, tree.Constant):
            raise InvalidError(at, "unsupported", "expected a value, not an expression")
        return _plain(found.value)

    def declared(self, output: Output) -> Document:
        at = f"/{self.name}/{output.name}"
        said: Document = {"name": output.name or self.name}
        if output.label:
            said["label"] = output.label
        if output.values:
            said["values"] = [self.value(node, at) for node in output.values]
        if output.otherwise is not None:
            said["default"] = self.value(output.otherwise, at)
        return said


def _values(
    values: list[object], attribute: str, negated: bool, at: str, lone: bool = True
) -> Document:
    """Return equality with one of several values; in FEEL null is a value, and no other is it."""
    if not all(isinstance(value, str | Decimal | bool) or value is None for value in values):
        raise InvalidError(at, "unsupported", "expected texts, numbers or booleans")
    said = [_plain(value) for value in values if value is not None]
    unknown = {"attribute": attribute, "operator": "is_unknown"}
    prefix = "not_" if negated else ""
    name = f"{prefix}equals" if len(said) == 1 else f"{prefix}in"
    test = {"attribute": attribute, "operator": name, "value": said[0] if len(said) == 1 else said}
    if not said:
        return {"attribute": attribute, "operator": "is_known"} if negated else unknown
    with_null = len(said) < len(values)
    if with_null == negated or not lone:
        return test
    return {"any": [unknown, test]}


def _plain(value: object) -> Any:
    """Return a value as our JSON has it: whole numbers of 64 bits, else the nearest float."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    said = outward(value)
    return said if type(said) is not int or -_INTEGERS <= said < _INTEGERS else float(said)


def _compared(sign: str, value: object, attribute: str, at: str) -> Document:
    if isinstance(value, Decimal):
        return {"attribute": attribute, "operator": _NUMBERS[sign], "value": _plain(value)}
    if isinstance(value, datetime) and value.tzinfo is not None:
        return {"attribute": attribute, "operator": _INSTANTS[sign], "value": text(value)}
    message = "expected comparisons with numbers, or with a date and time of an offset"
    raise InvalidError(at, "unsupported", message)


def _between(interval: Interval, attribute: str, negated: bool, at: str) -> Document:
    ends = [interval.low, interval.high]
    if interval.low_in and interval.high_in and all(isinstance(end, Decimal) for end in ends):
        name = "not_between" if negated else "between"
        return {"attribute": attribute, "operator": name, "value": [_plain(end) for end in ends]}
    signs = (">=" if interval.low_in else ">", "<=" if interval.high_in else "<")
    signs = tuple(_OPPOSITE[sign] for sign in signs) if negated else signs  # type: ignore[assignment]
    tests = [_compared(sign, end, attribute, at) for sign, end in zip(signs, ends, strict=True)]
    return {"any": tests} if negated else {"all": tests}
