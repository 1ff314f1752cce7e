"""What an operator is, the decorator that makes one of a function, and the shelf they stand on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from rules.facts import Facts, Truth
from rules.operators.shapes import Shape
from rules.registry import Shelf

Check = Callable[[object, Facts], Truth]
"""The bound operator: an attribute's canonical value and the facts around it give a truth."""

Index = Literal["points", "items", "none"]
"""How a matrix may index it: by the operand's points on a line, by items of lists, not at all."""


OF_EVENTS = ("events",)
"""What the operators read that ask about an event over time, not about an attribute."""


class Example(NamedTuple):
    """One operand as JSON, a value it is true of and one it is false of, at the instant zero."""

    operand: Any
    yes: Any
    no: Any


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: its words, what it accepts, and ``bind``, which makes the check of an operand.

    ``kinds`` are the attribute types it reads; any other value gives unknown. ``OF_EVENTS`` stands
    for none: it is asked of an event's whole history. ``total`` means that
    it is asked about the unknown too. ``negation`` names the operator that is true where this one
    is false, and ``opposite`` says which of the two turns the other round. ``reads`` names further
    attributes the check looks at, ``turns`` the instants at which its answer on a value may change
    by time alone, those soon after the present one at least.
    """

    name: str
    label: str
    doc: str
    kinds: tuple[str, ...]
    shape: Shape
    example: Example
    build: Callable[..., Check]
    negation: str | None = None
    cases: bool = False
    total: bool = False
    index: Index = "none"
    reads: Callable[[Any], tuple[str, ...]] = lambda _operand: ()
    turns: Callable[[Any, Any, int], tuple[int, ...]] = lambda _operand, _value, _now: ()
    opposite: bool = False

    @property
    def of_events(self) -> bool:
        """Whether it is asked of an event's history, not of an attribute."""
        return self.kinds == OF_EVENTS

    def bind(self, operand: object, ignore_case: bool = False) -> Check:
        """Return the check of an operand in canonical form."""
        return self.build(operand, ignore_case) if self.cases else self.build(operand)


operators: Shelf[Operator] = Shelf("rules.operators")


def operator(
    name: str, label: str, *, negation: tuple[str, str] | None = None, **details: Any
) -> Callable[[Callable[..., Check]], Callable[..., Check]]:
    """Return the decorator that puts a function ``operand -> check`` on the shelf.

    ``negation`` is the name and label of the opposite, which is put there too: true and false
    change places, unknown stays. The function's docstring is the documentation. The shelf raises
    ``ValueError`` for a name that is taken.

    >>> callable(operator("rhymes", "rhymes with"))
    True
    """

    def shelve(build: Callable[..., Check]) -> Callable[..., Check]:
        opposite = negation[0] if negation else None
        doc = inspect.getdoc(build) or ""
        part = Operator(name, label, doc, build=build, negation=opposite, **details)
        operators.put(name, part)
        if negation:
            operators.put(negation[0], _opposite(part, negation[1]))
        return build

    return shelve


def _opposite(part: Operator, label: str) -> Operator:
    assert part.negation is not None
    return replace(
        part,
        name=part.negation,
        label=label,
        doc=f"The opposite of ``{part.name}``; what is unknown to one is unknown to both.",
        example=Example(part.example.operand, part.example.no, part.example.yes),
        build=lambda *operand: inverted(part.build(*operand)),
        negation=part.name,
        opposite=True,
    )


def inverted(check: Check) -> Check:
    """Return the check that is true where the other is false, and unknown where it is.

    >>> inverted(lambda value, facts: value)(None, Facts()) is None
    True
    """

    def opposite(value: object, facts: Facts) -> Truth:
        truth = check(value, facts)
        return None if truth is None else not truth

    return opposite
