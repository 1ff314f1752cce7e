"""The adapters on one shelf, by the name of their CMS: a file each, or a folder with a plugin."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import cms_adapters
from cms_adapters.adapter import Adapter

Kind = TypeVar("Kind", bound=Callable[[], Adapter])


class Adapters(Mapping[str, Adapter]):
    """One adapter of each kind; the first look imports every file that may hold one.

    >>> "contentful" in adapters
    True
    """

    def __init__(self) -> None:
        self._kinds: dict[str, Adapter] = {}
        self._found = False

    def named(self, name: str) -> Callable[[Kind], Kind]:
        """Return the decorator that puts an adapter on the shelf; ``ValueError`` if it is taken."""

        def put(kind: Kind) -> Kind:
            if name in self._kinds:
                raise ValueError(f"there are two adapters named {name!r}")
            self._kinds[name] = kind()
            return kind

        return put

    def _all(self) -> dict[str, Adapter]:
        if not self._found:
            for module in pkgutil.iter_modules(cms_adapters.__path__, "cms_adapters."):
                file = f"{module.name}.adapter" if module.ispkg else module.name
                if importlib.util.find_spec(file) is not None:
                    importlib.import_module(file)
            self._found = True
        return self._kinds

    def __getitem__(self, name: str) -> Adapter:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._all()))

    def __len__(self) -> int:
        return len(self._all())


adapters = Adapters()
