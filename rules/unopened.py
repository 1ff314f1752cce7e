"""A dictionary that opens its stored values when they are first asked for, and not before."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Generic, TypeVar

Kept = TypeVar("Kept")
_get = dict.get


class Unopened(dict[str, Kept], Generic[Kept]):
    """Values by key, of which some are still as they were stored.

    A profile's state has dozens of windows and an event touches a few: the others go from the
    store and back unread. Whoever looks at all of them gets all of them opened.

    >>> held = Unopened({"a": "1", "b": "2"}, lambda key, stored: int(stored))
    >>> held.get("a"), held.stored, len(held), "b" in held
    (1, {'b': '2'}, 2, True)
    >>> sorted(held.items())
    [('a', 1), ('b', 2)]
    """

    __slots__ = ("open", "stored")

    def __init__(self, stored: Mapping[str, Any], open: Callable[[str, Any], Kept]) -> None:  # noqa: A002
        super().__init__()
        self.stored = dict(stored)
        self.open = open

    def __missing__(self, key: str) -> Kept:
        stored = self.stored
        if key not in stored:
            raise KeyError(key)
        kept = self[key] = self.open(key, stored.pop(key))
        return kept

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value, opened, or the default."""
        if key in self.stored:
            return self[key]
        return _get(self, key, default)

    def dumped(self, dump: Callable[[str, Kept], Any]) -> dict[str, Any]:
        """Return all values as they are stored; ``dump`` stores those that were opened."""
        return {**self.stored, **{key: dump(key, kept) for key, kept in dict.items(self)}}

    def opened(self) -> ItemsView[str, Kept]:
        """Return the keys and values that were opened, and open no other."""
        return dict.items(self)

    def whole(self) -> None:
        """Open all that is left."""
        for key in tuple(self.stored):
            self[key] = self.open(key, self.stored.pop(key))

    def apart(self, copy: Callable[[Kept], Kept] = lambda kept: kept) -> Unopened[Kept]:
        """Return a dictionary that changes apart from this one; ``copy`` copies what is opened."""
        twin = Unopened(self.stored, self.open)
        for key, kept in dict.items(self):
            twin[key] = copy(kept)
        return twin

    def narrow(self, keys: Mapping[str, Any]) -> None:
        """Drop every key that is not among these."""
        asked = keys.keys()
        if self.stored.keys() <= asked and dict.keys(self) <= asked:
            return
        for key in [key for key in self.stored if key not in keys]:
            del self.stored[key]
        for key in [key for key in dict.keys(self) if key not in keys]:
            del self[key]

    def __contains__(self, key: object) -> bool:
        return key in self.stored or super().__contains__(key)

    def __len__(self) -> int:
        return super().__len__() + len(self.stored)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __eq__(self, other: object) -> bool:
        self.whole()
        if isinstance(other, Unopened):
            other.whole()
        return super().__eq__(other)

    __hash__ = None

    def __iter__(self) -> Iterator[str]:
        self.whole()
        return super().__iter__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """Return all keys."""
        self.whole()
        return super().keys()

    def items(self) -> ItemsView[str, Kept]:  # type: ignore[override]
        """Return all keys and values, opened."""
        self.whole()
        return super().items()

    def values(self) -> ValuesView[Kept]:  # type: ignore[override]
        """Return all values, opened."""
        self.whole()
        return super().values()
