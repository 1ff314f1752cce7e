"""The evaluator everything relies on: layer by layer, the first rule that is true settles."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rules import compiler
from rules.compiler import Answer, Keys
from rules.facts import Facts, Truth
from rules.inference.conclusions import Growing, Inferred, growing
from rules.inference.document import Program
from rules.inference.registry import evaluators

Value = str | bool | float


class Proposal(NamedTuple):
    """One rule's word on one attribute: its number, its answer, its id and the value."""

    number: int
    answer: Answer
    rule: str
    value: Value


class Layer(NamedTuple):
    """Attributes with their proposals in order; in a circle they are asked again and again."""

    proposals: tuple[tuple[str, tuple[Proposal, ...]], ...]
    circle: bool


@evaluators.named("pure")
def compile(program: Program, keys: Keys) -> Callable[[Facts], Inferred]:  # noqa: A001
    """Return the function that infers by a program; ``keys`` names the windows of its measures.

    It always ends: an attribute is settled at most once, and a layer is left when a whole round of
    it concluded nothing. ``InvalidError`` for a condition that cannot run.

    >>> from rules.conditions import Test
    >>> from rules.inference.document import parse
    >>> rules = [
    ...     {"id": "1", "conclude": {"derived.stage": "loyalty"},
    ...      "when": {"attribute": "traits.orders", "operator": "at_least", "value": 3}},
    ...     {"id": "2", "conclude": {"derived.offer": "club"},
    ...      "when": {"attribute": "derived.stage", "operator": "equals", "value": "loyalty"}}]
    >>> compile(parse({"rules": rules}), {})(Facts({"traits.orders": 4})).values
    {'derived.stage': 'loyalty', 'derived.offer': 'club'}
    """
    answers = {
        i: compiler.compile(rule.when, keys) for i, rule in enumerate(program.rules) if rule.enabled
    }
    rules = program.rules
    layers = tuple(
        Layer(
            tuple(
                (path, tuple(Proposal(i, answers[i], rules[i].id, rules[i].conclude[path])
                             for i in ranked))
                for path, ranked in stratum.attributes.items()
            ),
            stratum.circle,
        )
        for stratum in program.strata
    )  # fmt: skip

    def infer(facts: Facts) -> Inferred:
        known, values = growing(facts)
        because: dict[str, str] = {}
        for layer in layers:
            while _round(layer, known, values, because) and layer.circle:
                pass
        return Inferred(_plain(values), because)

    return infer


def _round(layer: Layer, facts: Facts, values: Growing, because: dict[str, str]) -> bool:
    """Ask a layer's open attributes once; say whether something was concluded."""
    truths: dict[int, Truth] = {}
    found = False
    for path, proposals in layer.proposals:
        for number, answer, rule, value in proposals if path not in values else ():
            if number not in truths or layer.circle:
                truths[number] = answer(facts)
            if truths[number]:
                values[path], because[path] = value, rule
                found = True
                break
    return found


def _plain(values: Growing) -> dict[str, Value]:
    return dict(values.items())  # type: ignore[arg-type]
