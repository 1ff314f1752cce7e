"""A decision table of DMN: its clauses and rules, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from rules.dmn.policies import MANY, Values, aggregated, ordered, single
from rules.dmn.types import Allowed, Type
from rules.feel.meaning import Meaning, Passes, Scope
from rules.feel.tree import Node, Tests
from rules.feel.values import DIGITS
from rules.xml.element import Element


@dataclass(frozen=True, slots=True)
class Input:
    """One input clause: what is asked, of which type, and which values are allowed.

    ``extra`` is what our own extension says: here, in a rule, and in the table.
    """

    label: str
    text: str
    meaning: Meaning
    kind: Type
    allowed: Allowed | None = None
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """One output clause: its name, the values in order of priority, and what follows no match."""

    name: str
    ranks: tuple[Passes, ...] = ()
    default: Meaning | None = None
    values: tuple[Node, ...] = ()
    otherwise: Node | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its cells as they were read, those that ask something, and its outputs.

    ``said`` has ``None`` where an output entry is empty. ``entries`` are the rule, its cells and
    its outputs as they stood in the document, where faults are gathered.
    """

    id: str
    note: str
    cells: tuple[Tests, ...]
    asks: tuple[tuple[int, Passes], ...]
    said: tuple[Node | None, ...]
    outputs: tuple[Meaning, ...]
    extra: str = ""
    entries: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a decision says, and why: matched, nothing, conflict, or input (one not allowed)."""

    value: object
    reason: str = "matched"


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table; a policy by its long name, an aggregate or ``""``."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    policy: str
    aggregate: str
    extra: str = ""

    def decide(self, scope: Scope) -> Answer:
        """Return what the table says of what the scope knows."""
        given: list[object] = []
        for clause in self.inputs:
            value = clause.kind.bring(clause.meaning(scope))
            if value is not None and clause.allowed is not None and not clause.allowed(value):
                return Answer(None, "input")
            given.append(value)
        hits, ranks = self._hits(scope, given), partial(self._ranks, scope)
        if self.policy in MANY:
            return self._several(ordered(self.policy, hits, ranks), scope)
        values, reason = single(self.policy, hits, ranks)
        if reason == "nothing":
            return Answer(self._default(scope), reason)
        return Answer(None if values is None else self._named(values), reason)

    def _hits(self, scope: Scope, given: list[object]) -> Iterator[Values]:
        scopes = [replace(scope, given=value) for value in given]
        for rule in self.rules:
            if all(passes(scopes[i]) is True for i, passes in rule.asks):
                yield tuple(output(scope) for output in rule.outputs)

    def _ranks(self, scope: Scope, values: Values) -> tuple[int, ...]:
        return tuple(
            next(
                (i for i, is_ in enumerate(output.ranks) if is_(replace(scope, given=value))), last
            )
            for output, value in zip(self.outputs, values, strict=True)
            for last in (len(output.ranks),)
        )

    def _several(self, found: list[Values], scope: Scope) -> Answer:
        if self.aggregate == "COUNT":
            return Answer(DIGITS.create_decimal(len(found)), "matched" if found else "nothing")
        if not found:
            return Answer(self._default(scope), "nothing")
        if self.aggregate:
            columns = tuple(zip(*found, strict=True))
            return Answer(self._named(aggregated(self.aggregate, columns)))
        return Answer(tuple(self._named(values) for values in found))

    def _named(self, values: Values) -> object:
        if len(self.outputs) == 1:
            return values[0]
        names = (output.name for output in self.outputs)
        return dict(zip(names, values, strict=True))

    def _default(self, scope: Scope) -> object:
        if all(output.default is None for output in self.outputs):
            return None
        values = tuple(output.default and output.default(scope) for output in self.outputs)
        named = self._named(values)
        return (named,) if self.policy in MANY and not self.aggregate else named
