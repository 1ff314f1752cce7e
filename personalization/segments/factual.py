"""Questions about facts alone: conditions that a person's state answers, whatever is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rules import compiler
from rules.conditions import EventTest, HasBeen, Same, Sequence, Test
from rules.errors import InvalidError
from rules.facts import Facts
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from rules.state import Membership
from rules.values import canonical

_EVENTFUL = (EventTest, Same, Sequence, HasBeen)


class Question(NamedTuple):
    """A compiled condition, the attributes it asks with the type it needs, and its segments."""

    answer: compiler.Answer
    asked: Mapping[str, str]
    segments: frozenset[str]

    def holds(
        self,
        get: Callable[[str], object],
        places: Mapping[str, Membership],
        keys: Mapping[str, str],
        now: int,
    ) -> bool:
        """Return whether it is true; ``places`` are by key, ``keys`` names the segments' keys."""
        told = {path: _typed(kind, get(path)) for path, kind in self.asked.items()}
        found = {name: places.get(keys.get(name, "")) for name in self.segments}
        members = {name: place.member for name, place in found.items() if place is not None}
        return self.answer(Facts(told, members, {}, now)) is True


def question(raw: object, at: str) -> Question:
    """Return the question a condition asks, or raise ``InvalidError`` where it asks for events."""
    condition = parse(raw, scope=Scope.SEGMENT, at=at)
    leaves = list(compiler.leaves(condition))
    if any(isinstance(leaf, _EVENTFUL) for leaf in leaves):
        expected = "expected traits, derived, features and segments; make a segment of the events"
        raise InvalidError(at, "unsupported", expected)
    kinds = {
        leaf.attribute: operators[leaf.operator].kinds for leaf in leaves if type(leaf) is Test
    }
    typed = {path: kind[0] for path, kind in kinds.items() if len(kind) == 1}
    asked = {path: typed.get(path, "") for path in compiler.attributes(condition)}
    return Question(compiler.compile(condition, {}), asked, compiler.segments(condition))


def _typed(kind: str, value: object) -> object:
    return canonical(kind, value) if kind and value is not None else value
