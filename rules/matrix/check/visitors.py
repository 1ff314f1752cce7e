"""Somebody it happens to: the example a finding comes with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.facts import Facts


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody it happens to: what is known of them; what is not named does not matter.

    ``attributes`` by path, ``None`` for unknown; instants are microseconds UTC. ``segments`` by
    name. ``measures`` and ``conditions`` in words: what was counted, and what a pattern or the like
    must answer. ``outside`` are the rows whose rollout leaves this visitor out.
    """

    attributes: Mapping[str, object] = field(default_factory=dict)
    segments: Mapping[str, bool | None] = field(default_factory=dict)
    measures: Mapping[str, object] = field(default_factory=dict)
    conditions: Mapping[str, bool | None] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    now: int | None = None

    @property
    def certain(self) -> bool:
        """Tell whether every value is given, so that nothing of this visitor is supposed."""
        return not self.conditions

    def facts(self) -> Facts:
        """Return the visitor as facts, but for what was counted.

        >>> Visitor({"traits.plan": "pro", "traits.age": None}).facts().attributes
        {'traits.plan': 'pro'}
        """
        told = {path: value for path, value in self.attributes.items() if value is not None}
        inside = {name: member for name, member in self.segments.items() if member is not None}
        return Facts(told, inside, {}, self.now or 0)


def document(visitor: Visitor) -> dict[str, object]:
    """Return a visitor as JSON.

    >>> document(Visitor(segments={"vip": True}))["segments"]
    {'vip': True}
    """
    told = {
        path: list(value) if isinstance(value, tuple) else value
        for path, value in visitor.attributes.items()
    }
    return {
        "attributes": told,
        "segments": dict(visitor.segments),
        "measures": dict(visitor.measures),
        "conditions": dict(visitor.conditions),
        "outside": list(visitor.outside),
        "now": visitor.now,
    }


def sentence(seen: Visitor) -> str:
    """Return a visitor in a few words.

    >>> sentence(Visitor({"traits.plan": "pro", "traits.age": None}, {"vip": False}))
    'traits.plan is "pro", traits.age is unknown, not in segment vip'
    """
    said = [_valued(path, value) for path, value in seen.attributes.items()]
    said += [_inside(name, member) for name, member in seen.segments.items()]
    said += [_valued(words, value) for words, value in seen.measures.items()]
    said += [_true(words, truth) for words, truth in seen.conditions.items()]
    said += [f"outside the rollout of row {row}" for row in seen.outside]
    return ", ".join(said) or "anybody"


def _valued(subject: str, value: object) -> str:
    if value is None:
        return f"{subject} is unknown"
    return f'{subject} is "{value}"' if isinstance(value, str) else f"{subject} is {value}"


def _inside(segment: str, member: bool | None) -> str:
    if member is None:
        return f"perhaps in segment {segment}"
    return f"in segment {segment}" if member else f"not in segment {segment}"


def _true(condition: str, truth: bool | None) -> str:
    if truth is None:
        return f"({condition}) is unknown"
    return f"({condition}) is true" if truth else f"({condition}) is false"
