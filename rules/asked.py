"""What a state was asked from its beginning: said by the names of definitions, not one by one.

A profile is in a few of a site's segments. To list all that it never was in would make every state
as large, and every event as dear, as the site has segments.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from rules.state import Membership
from rules.unopened import Unopened

Names = tuple[str, ...]
Vocabulary = Mapping[str, frozenset[str]]
"""The keys of segments and windows that each name of definitions stands for."""


class Asked(NamedTuple):
    """Names of definitions that a state answers whole, or else the keys it was asked."""

    names: Names
    segments: Collection[str]
    features: Names


def told(names: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """Return every key that one of the names stands for; a name nobody knows stands for none.

    >>> sorted(told(("a", "b"), {"a": frozenset("xy"), "c": frozenset("z")}))
    ['x', 'y']
    """
    return frozenset().union(*(vocabulary.get(name, ()) for name in names))


class Memberships(Unopened[Membership]):
    """Memberships by key, each opened when asked for.

    A segment that was asked and that the profile never was in is here without being kept.

    >>> held = Memberships({"in": [True, 5, 1, 5]}, ("in", "out"))
    >>> list(held), held["in"].member, held["out"].member, "new" in held
    (['in'], True, False, False)
    """

    __slots__ = ("asked",)

    def __init__(self, stored: Mapping[str, list[Any]], asked: Collection[str] = ()) -> None:
        super().__init__(stored, lambda _, held: _place(*held))
        self.asked = asked

    def __missing__(self, key: str) -> Membership:
        if key in self.stored or key not in self.asked:
            return super().__missing__(key)
        place = self[key] = Membership()
        return place

    def get(self, key: str, default: Any = None) -> Any:
        """Return the membership, or the default where the segment was never asked."""
        found = super().get(key)
        if found is None:
            return Membership() if key in self.asked else default
        return found

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.asked

    def apart(self, copy: Callable[[Membership], Membership] = lambda kept: kept) -> Memberships:
        """Return memberships that change apart from these; ``copy`` copies what is opened."""
        twin = Memberships(self.stored, self.asked)
        for key, kept in self.opened():
            twin[key] = copy(kept)
        return twin


def dump(places: Mapping[str, Membership], names: Names) -> dict[str, list[Any]]:
    """Return memberships as they are stored: those to be told, or where nothing is named, all.

    >>> dump(Memberships({"in": [True, 5, 1, 5]}, ("in", "out")), ("all",))
    {'in': [True, 5, 1, 5]}
    >>> dump(Memberships({"in": [True, 5, 1, 5]}, ("in", "out")), ())
    {'in': [True, 5, 1, 5], 'out': [False, None]}
    """
    if not isinstance(places, Memberships):
        places = Memberships({key: _dumped(key, place) for key, place in places.items()})
    held = places.dumped(_dumped)
    if names:
        return {key: said for key, said in held.items() if len(said) > _NEVER or said[0] is True}
    return {**{key: [False, None] for key in places.asked}, **held}


_NEVER = 2
"""So many parts tell of a segment that was never entered: what its condition says, since when."""


def _dumped(_: str, place: Membership) -> list[Any]:
    member = None if place.member is None else int(place.member)
    held = [place.holds, place.held_since, member, place.since]
    if place.moved:
        return [*held, *place.moved]
    return held if place.member or place.since is not None else held[:_NEVER]


def _place(
    holds: bool | None,
    held_since: int | None,
    member: int | None = 0,
    since: int | None = None,
    *moved: int,
) -> Membership:
    entered = None if member is None else bool(member)
    return Membership(entered, since, holds, held_since, list(moved))
