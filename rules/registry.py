"""A shelf of named parts: one decorator puts a part on it, one look finds them all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

Part = TypeVar("Part")
Given = TypeVar("Given")


class Shelf(Mapping[str, Part]):
    """The parts of one package by name; the first look imports every module of the package.

    Parts stand in the order of their files' names, then of their lines. A name taken twice is an
    error at import, never a silent replacement.

    >>> shelf = Shelf[type]("rules.windows")
    >>> shelf.put("whole", int)
    <class 'int'>
    >>> shelf["whole"]
    <class 'int'>
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._parts: dict[str, Part] = {}
        self._found = False

    def put(self, name: str, part: Given) -> Given:
        """Put a part on the shelf and return it; ``ValueError`` when the name is taken."""
        if name in self._parts:
            raise ValueError(f"{self._package}: the name {name!r} is taken")
        self._parts[name] = part  # type: ignore[assignment]
        return part

    def named(self, name: str) -> Callable[[Given], Given]:
        """Return the decorator that puts what it decorates on the shelf under this name."""
        return lambda part: self.put(name, part)

    def _all(self) -> dict[str, Part]:
        if not self._found:
            package = importlib.import_module(self._package)
            for module in pkgutil.iter_modules(package.__path__, f"{self._package}."):
                importlib.import_module(module.name)
            self._found = True
        return self._parts

    def __getitem__(self, name: str) -> Part:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
