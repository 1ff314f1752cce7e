"""A whole site asked of its column store, where that is new enough and holds what is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from personalization.features.columns import asked, manifest, people
from personalization.features.columns.manifest import Manifest
from rules.columns.table import Columns
from rules.definitions import Definitions


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of the store, and its profiles."""

    manifest: Manifest
    whole: pa.Table

    def age(self, now: int) -> int:
        """Return how old it is, in seconds."""
        return max(0, now - self.manifest.at) // 1_000_000

    def columns(
        self, definitions: Definitions, paths: Iterable[str], keys: Iterable[str]
    ) -> Columns | None:
        """Return what is asked for of everybody, ``None`` where the store does not hold it."""
        paths = list(paths)
        full = int(self.manifest.people.mark or 0)
        if full and any(path.startswith("traits.") for path in paths):
            return None
        try:
            return asked.columns(self.whole, definitions, self.manifest.at, paths, keys)
        except KeyError:
            return None


def kept(site_id: int, live: Definitions, now: int) -> Kept | None:
    """Return the store where it is no older than may be, made with the definitions in force."""
    where = manifest.folder(site_id)
    for _ in range(2):  # a version may be swept away between the two looks
        found = manifest.read(where)
        if found is None or found.digest != live.digest:
            return None
        if not 0 <= now - found.at <= settings.COLUMNS_FRESH * 1_000_000:
            return None
        try:
            return Kept(found, _mapped(where / found.people.file))
        except FileNotFoundError:
            continue
    return None


@lru_cache(maxsize=4)
def _mapped(path: Path) -> pa.Table:
    """Return a file that is never changed, mapped once."""
    return people.read(path)
