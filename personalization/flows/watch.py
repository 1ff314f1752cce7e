"""The watch: keeps a process's sites, keys and clock as they are in PostgreSQL, within a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from personalization.decisions import lastgood
from personalization.decisions.current import Compiled, Current
from personalization.flows import assembly
from personalization.plant.clock import Clock
from personalization.plant.lookups import Lookups, LostError
from personalization.sites import keys

EVERY = 0.5
"""Seconds between two looks."""
PATIENCE = 5.0
"""Seconds without an answer after which the sites in force are called out of date."""
REACH = 0.05
"""Seconds an answer waits for a generation that somebody else has seen already."""

STAMPS = """
SELECT s.id, md5(row(s.*, g.number)::text || coalesce((SELECT max(id)::text
    FROM learning_trainedmodel m WHERE m.site_id = s.id AND champion), '')),
  (SELECT coalesce(max(microseconds), 0) FROM plant_clockoffset),
  (SELECT md5(coalesce(string_agg(row(k.*)::text, ',' ORDER BY k.id), '')) FROM sites_key k
    WHERE k.site_id = s.id)
FROM sites_site s LEFT JOIN sites_generation g ON g.site_id = s.id
"""
DOORS = """
SELECT jsonb_build_object('digest', k.digest, 'site_id', s.id, 'key_id', k.id, 'kind', k.kind,
  'role', k.role, 'origins', s.origins, 'slug', s.slug, 'consent', s.consent,
  'trusts_claims', s.trusts_claims, 'sealed', s.signing_secret)
FROM sites_key k JOIN sites_site s ON s.id = k.site_id WHERE k.revoked_at IS NULL
"""
"""The live keys, as ``sites.keys`` holds them."""
logger = logging.getLogger(__name__)


class Watch:
    """Looks every half second, and at once when the bell says so."""

    def __init__(self, current: Current, lookups: Lookups, folder: Path, clock: Clock) -> None:
        self._current, self._lookups, self._folder, self._clock = current, lookups, folder, clock
        self._stamps: dict[int, tuple[str, str]] = {}
        self._documents: dict[int, dict[str, Any]] = {}
        self._task: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._looked = asyncio.Event()
        self._seen = float("-inf")
        self.flipped: list[Callable[[int], None]] = []

    def recall(self) -> None:
        """Put in force what was in force when the process last ran."""
        doors: list[dict[str, Any]] = []
        for document in lastgood.read(self._folder):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                self._current.swap(assembly.build(document)[0])
                self._documents[document["site"]["id"]] = document
                doors += document["keys"]
                self._clock.offset = document["offset"]
        if doors:
            keys.ring.load(doors)

    async def start(self) -> None:
        """Begin to watch, with one look first where PostgreSQL answers."""
        self._task = asyncio.create_task(self._turn())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), PATIENCE)

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def heard(self, ring: Mapping[str, Any]) -> None:
        """Take a ring of the bell: a publish is looked at now."""
        if ring.get("kind") == "generation":
            self.hurry()

    def hurry(self) -> None:
        """Look at once."""
        self._wanted.set()

    async def reach(self, site: int) -> None:
        """Look at once, and wait for it, but not long."""
        del site
        self._looked.clear()
        self.hurry()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), REACH)

    def has_looked(self) -> bool:
        """Return whether PostgreSQL has answered since the start."""
        return self._seen > float("-inf")

    def is_late(self) -> bool:
        """Return whether PostgreSQL has not answered for a while."""
        return asyncio.get_running_loop().time() - self._seen > PATIENCE

    async def _turn(self) -> None:
        while True:
            self._wanted.clear()
            try:
                await self.look()
            except LostError:
                logger.debug("PostgreSQL does not answer; the sites stay as they are")
            except Exception:
                logger.exception("the watch stumbled; the sites stay as they are")
            self._looked.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), EVERY)

    async def look(self) -> None:
        """Compare every site with what is in force, and load what differs."""
        rows = await self._lookups.rows(STAMPS, within=2.0)
        stamps = {site: (stamp, doors) for site, stamp, _, doors in rows}
        self._clock.offset = rows[0][2] if rows else self._clock.offset
        changed = {site for site, stamp in stamps.items() if self._stamps.get(site) != stamp}
        gone = set(self._stamps) - set(stamps)
        if changed or gone:
            rows = await self._lookups.rows(DOORS, within=2.0)
            keys.ring.load(row[0] for row in rows)
        for site in changed:
            try:
                await self._load(site)
            except LostError:
                raise
            except Exception:
                logger.exception("site %s cannot be compiled; it stays as it is", site)
            self._stamps[site] = stamps[site]
        for site in gone:
            del self._stamps[site]
        if gone or len(self._documents) > len(stamps):
            self._current.keep(set(stamps))
            lastgood.forget(self._folder, set(stamps))
        self._seen = asyncio.get_running_loop().time()

    async def _load(self, site: int) -> None:
        document = await assembly.read(self._lookups, site)
        if document is None:
            return
        compiled, faults = await asyncio.to_thread(assembly.build, document)
        for fault in faults:
            logger.warning("site %s: left out: %s", compiled.slug, fault)
        before = self._current.of(site)
        self._current.swap(compiled)
        self._keep(compiled, document)
        if before is not None and before.generation != compiled.generation:
            for flip in self.flipped:
                flip(site)

    def _keep(self, compiled: Compiled, document: dict[str, Any]) -> None:
        doors = [row for row in keys.ring.dump() if row["site_id"] == compiled.site]
        kept = document | {"keys": doors, "offset": self._clock.offset}
        self._documents[compiled.site] = kept
        try:
            lastgood.write(self._folder, compiled.site, kept)
        except OSError:
            logger.warning("site %s: the last known good could not be written", compiled.slug)
