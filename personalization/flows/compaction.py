"""The column store brought up to date: profiles, events by day, and whose they are, in one look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from personalization.events import daily
from personalization.features.columns import days, manifest, states
from personalization.features.columns.manifest import Manifest, Piece
from personalization.flows import definitions
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.models import Run
from personalization.profiles import roster

TASK = "compact_columns"


def compact(site_id: int, clock: Clock) -> Run:
    """Write the next version of a site's columns; return the row of the run.

    All of it is read at one instant of the store. A process that dies leaves the version before.
    """

    def work(run: Run) -> None:
        where = manifest.folder(site_id)
        manifest.opened(where)
        before = manifest.read(where)
        manifest.sweep(where, before)
        with _one_look():
            at = clock.now()
            found, read = _written(where, before, site_id, at)
        found = _fitting(found)
        manifest.commit(where, found)
        manifest.sweep(where, found)
        run.total, run.result = found.people.rows, manifest.told(found, at)
        runs.advance(run, read)

    return runs.recorded(TASK, site_id, clock, work)


@contextmanager
def _one_look() -> Iterator[None]:
    """Read everything as it was at one instant, whatever is written meanwhile."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _written(where: Path, before: Manifest | None, site_id: int, at: int) -> tuple[Manifest, int]:
    live = replace(definitions.live(site_id), types={})
    since = max(at // daily.LENGTH - settings.COLUMNS_DAYS, before.since if before else 0)
    people, read = states.compacted(where, before, site_id, live, at)
    version = before.version + 1 if before else 1
    name = f"identities-{version}.parquet"
    whose = days.members(roster.members(site_id))
    days.write(where / name, whose)
    identities = manifest.piece(where, name, len(whose))
    paths = dict.fromkeys(before.paths if before else ())
    kept = _days(where, before, site_id, since, paths)
    told = tuple(paths)[: days.MOST_PATHS]
    left_out = max(0, len(paths) - days.MOST_PATHS)
    return Manifest(version, at, live.digest, people, identities, kept, since, told, left_out), read


def _days(
    where: Path, before: Manifest | None, site_id: int, since: int, paths: dict[str, None]
) -> dict[int, Piece]:
    """Write the days whose events are not those that were kept; take over the others."""
    version = before.version + 1 if before else 1
    marks = daily.marks(site_id, since)
    old = before.days if before else {}
    kept = {day: old[day] for day, mark in marks.items() if day in old and old[day].mark == mark}
    for day, counted in daily.events(site_id, [day for day in marks if day not in kept]):
        found = days.table((days.Row(*event) for event in counted), paths)
        name = f"events-{day}-{version}.parquet"
        days.write(where / name, found)
        kept[day] = manifest.piece(where, name, len(found), marks[day])
    return dict(sorted(kept.items()))


def _fitting(found: Manifest) -> Manifest:
    """Let go of the oldest days where all of it takes more room than it may."""
    while found.bytes > settings.COLUMNS_BYTES and found.days:
        oldest = min(found.days)
        rest = {day: piece for day, piece in found.days.items() if day != oldest}
        found = replace(found, days=rest, since=oldest + 1)
    return found
