"""What inference says of one profile, and the facts as they stand while it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.facts import Facts
from rules.inference.strata import DERIVED


@dataclass(frozen=True, slots=True)
class Inferred:
    """``values`` by attribute, and ``because``: the id of the rule that concluded each.

    >>> Inferred({"derived.stage": "loyalty"}, {"derived.stage": "loyal"}).values
    {'derived.stage': 'loyalty'}
    """

    values: Mapping[str, str | bool | float] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)


class Growing(dict[str, object]):
    """The attributes given, and over them only what this inference has concluded so far.

    What was derived at another time is not looked at: an inference starts from nothing.

    >>> known = Growing({"derived.stage": "old", "traits.plan": "pro"})
    >>> known.get("derived.stage") is None, known.get("traits.plan")
    (True, 'pro')
    """

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, object]) -> None:
        super().__init__()
        self._given = given

    def get(self, path: str, default: object = None) -> object:
        """Return the attribute's value, or the default."""
        if path.startswith(DERIVED):
            return super().get(path, default)
        return self._given.get(path, default)


def growing(facts: Facts) -> tuple[Facts, Growing]:
    """Return facts to infer on, and the attributes that grow beneath them.

    >>> facts, known = growing(Facts({"traits.plan": "pro"}))
    >>> known["derived.stage"] = "loyalty"
    >>> facts.get("derived.stage"), facts.get("traits.plan")
    ('loyalty', 'pro')
    """
    known = Growing(facts.attributes)
    return Facts(known, facts.segments, facts.windows, facts.now), known
