"""A DMN model ready to decide: inputs and decisions by name, in the order of their needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.dmn.edge import inward, outward
from rules.dmn.table import Answer, Table
from rules.dmn.types import Type
from rules.errors import InvalidError
from rules.feel.meaning import Function, Meaning, Scope

MOST_CALLS = 1_000
"""Calls of a model's own functions during one decision."""


@dataclass(frozen=True, slots=True)
class Logic:
    """What a decision or a function works out: a table or an expression, and what it names."""

    at: str
    body: Table | Meaning
    names: frozenset[str]
    kind: Type = field(default_factory=Type)

    def answer(self, scope: Scope) -> Answer:
        """Return the answer in a scope, in the type that is declared."""
        body = self.body
        answer = body.decide(scope) if isinstance(body, Table) else Answer(body(scope))
        return replace(answer, value=self.kind.result(answer.value))


@dataclass(frozen=True, slots=True)
class Own:
    """A function of the model's own (a business knowledge model) with its parameters."""

    parameters: Mapping[str, Type]
    logic: Logic


@dataclass(frozen=True, slots=True)
class Model:
    """Decisions by name, in an order in which each needs only earlier ones.

    ``inputs`` are the declared ones with their types; ``needs`` says which decisions a decision
    rests on, itself last; ``ids`` maps the ids in the document to names.
    """

    decisions: Mapping[str, Logic]
    inputs: Mapping[str, Type]
    needs: Mapping[str, tuple[str, ...]]
    ids: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Own] = field(default_factory=dict)

    def decide(self, inputs: Mapping[str, object], decision: str | None = None) -> object:
        """Return what a decision says of inputs by name, as plain JSON; ``None`` is null.

        One output gives a value, several a dict by name, COLLECT, RULE ORDER and OUTPUT ORDER a
        list of them; no match without default output, and a conflict of UNIQUE or ANY, give
        ``None``. Inputs are brought to their declared types: what is missing or of another type
        is null. Dates and durations go in as ISO 8601 text or Python's values, and come out as
        text. Numbers are decimals of 34 digits inside; ``int`` where whole, else ``float`` outside.
        A model of several decisions needs the name unless only one is not needed by another.
        """
        return outward(self.answer(inputs, decision).value)

    def answer(self, inputs: Mapping[str, object], decision: str | None = None) -> Answer:
        """Return the same with the reason: matched, nothing, conflict, or input (not allowed)."""
        name = self.chosen(decision)
        if not isinstance(inputs, Mapping):
            raise InvalidError("/inputs", "type", "expected inputs by name")
        values = self._values(inputs)
        scope = Scope(values.get, _Calls(self.functions, values).functions)
        answer = Answer(None, "nothing")
        for need in self.needs[name]:
            if need != name and need in values:
                continue
            answer = self.decisions[need].answer(scope)
            values[need] = answer.value
        return answer

    def _values(self, inputs: Mapping[str, object]) -> dict[str, object]:
        given = {" ".join(str(name).split()): value for name, value in inputs.items()}
        values = {name: inward(value) for name, value in given.items() if name not in self.inputs}
        return values | {name: type_.bring(given.get(name)) for name, type_ in self.inputs.items()}

    def chosen(self, decision: str | None) -> str:
        """Return the name of a decision by its name or id; of the only one that no other needs."""
        known = ", ".join(list(self.decisions)[:20]) or "none"
        if decision is None:
            needed = {name for needs in self.needs.values() for name in needs[:-1]}
            tops = [name for name in self.decisions if name not in needed]
            if len(tops) != 1:
                raise InvalidError("/decision", "missing", f"expected one of {known}")
            return tops[0]
        name = self.ids.get(decision, " ".join(decision.split()))
        if name not in self.decisions:
            raise InvalidError("/decision", "unknown", f"expected one of {known}")
        return name


class _Calls:
    """The functions of a model during one decision, which may be called so many times."""

    def __init__(self, own: Mapping[str, Own], values: Mapping[str, object]) -> None:
        self.left = MOST_CALLS
        self.values = values
        self.functions: Mapping[str, Function] = {
            name: self._function(function) for name, function in own.items()
        }

    def _function(self, own: Own) -> Function:
        def call(*given: object) -> object:
            self.left -= 1
            if self.left < 0:
                raise InvalidError(own.logic.at, "too_costly", f"expected {MOST_CALLS} calls")
            if len(given) != len(own.parameters):
                return None
            pairs = zip(own.parameters.items(), given, strict=True)
            known = {name: type_.bring(value) for (name, type_), value in pairs}
            return own.logic.answer(Scope(known.get, self.functions)).value

        return call
