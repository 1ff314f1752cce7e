"""Loading: a site's blueprint is compiled, put in force, and kept as the last known good."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from personalization.decisions import lastgood
from personalization.decisions.current import Compiled, Current
from personalization.flows import assembly, blueprint
from personalization.plant.clock import Clock
from personalization.plant.lookups import Lookups
from personalization.sites import keys

logger = logging.getLogger(__name__)


class Loading:
    """Brings sites into force in one process."""

    def __init__(self, current: Current, lookups: Lookups, folder: Path, clock: Clock) -> None:
        self.current, self._lookups, self._folder, self._clock = current, lookups, folder, clock
        self.flipped: list[Callable[[int], None]] = []

    def recall(self) -> None:
        """Put in force what was in force when the process last ran."""
        doors: list[dict[str, Any]] = []
        for document in lastgood.read(self._folder):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                self.current.swap(assembly.build(document)[0])
                doors += document["keys"]
                self._clock.offset = document["offset"]
        if doors:
            keys.ring.load(doors, complete=False)

    async def bring(self, site: int) -> None:
        """Put the site's newest generation in force, and say so; a broken one stays out."""
        document = await blueprint.read(self._lookups, site)
        if document is None:
            return
        before = self.current.of(site)
        try:
            compiled = await self._compiled(document)
        except Exception:
            logger.exception("site %s cannot be compiled; it stays as it is", site)
            return
        self.current.swap(compiled)
        self._keep(compiled, document)
        flips = before is not None and before.generation != compiled.generation
        for flip in self.flipped if flips else ():
            flip(site)

    async def _compiled(self, document: dict[str, Any]) -> Compiled:
        compiled, faults = await asyncio.to_thread(assembly.build, document)
        for fault in faults:
            logger.warning("site %s: left out: %s", compiled.slug, fault)
        return compiled

    def forget(self, sites: set[int]) -> None:
        """Keep no sites but these."""
        self.current.keep(sites)
        lastgood.forget(self._folder, sites)

    def _keep(self, compiled: Compiled, document: dict[str, Any]) -> None:
        doors = [row for row in keys.ring.dump() if row["site_id"] == compiled.site]
        kept = document | {"keys": doors, "offset": self._clock.offset}
        try:
            lastgood.write(self._folder, compiled.site, kept)
        except OSError:
            logger.warning("site %s: the last known good could not be written", compiled.slug)
