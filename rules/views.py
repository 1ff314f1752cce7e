"""A state's traits and memberships as the mappings that conditions look into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.state import Membership, Trait
from rules.values import canonical

TRAITS = "traits."
NOTHING: Mapping[str, object] = {}


class Traits(Mapping[str, object]):
    """A profile's traits by full path, brought to the type the definitions' operators need.

    What inference said of the profile is looked up beside them.
    """

    __slots__ = ("_derived", "_traits", "_types")

    def __init__(
        self,
        traits: Mapping[str, Trait],
        types: Mapping[str, str],
        derived: Mapping[str, object] = NOTHING,
    ) -> None:
        self._traits = traits
        self._types = types
        self._derived = derived

    def get(self, path: str, default: object = None) -> object:
        """Return the trait's value, or the default."""
        trait = self._traits.get(path[7:])
        if trait is None or not path.startswith(TRAITS):
            return self._derived.get(path, default)
        kind = self._types.get(path)
        return trait.value if kind is None else canonical(kind, trait.value)

    def __getitem__(self, path: str) -> object:
        if path in self._derived:
            return self._derived[path]
        if not path.startswith(TRAITS) or path[7:] not in self._traits:
            raise KeyError(path)
        return self.get(path)

    def __iter__(self) -> Iterator[str]:
        yield from (TRAITS + path for path in self._traits)
        yield from self._derived

    def __len__(self) -> int:
        return len(self._traits) + len(self._derived)


class Members(Mapping[str, bool | None]):
    """Whether the profile is in a segment, by the segment's key; a ``has_been`` may be unknown."""

    __slots__ = ("_memberships",)

    def __init__(self, memberships: Mapping[str, Membership]) -> None:
        self._memberships = memberships

    def get(self, key: str, default: Any = None) -> Any:
        """Return whether the profile is in the segment, the default where nobody knows."""
        membership = self._memberships.get(key)
        return default if membership is None else membership.member

    def __getitem__(self, key: str) -> bool | None:
        return self._memberships[key].member

    def __iter__(self) -> Iterator[str]:
        return iter(self._memberships)

    def __len__(self) -> int:
        return len(self._memberships)
