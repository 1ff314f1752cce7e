"""Applying a rulebook to a site: every change becomes a revision and goes live, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from personalization.flows import drafting, preparation, reviewing
from personalization.flows.kinds import KINDS
from personalization.flows.planning import Change
from personalization.flows.rulebook import Rulebook
from personalization.flows.verbs import Ask
from personalization.plant.clock import Clock
from personalization.sites import audit, freezes, progress
from personalization.sites.models import Publication
from personalization.sites.roles import Caller
from rules.errors import InvalidError

LOCK = 7_319_013
"""The number of the lock, beside the site's."""


def apply(
    site_id: int, changes: list[Change], book: Rulebook, actor: str, clock: Clock
) -> Iterator[tuple[Change, Publication]]:
    """Publish change after change and yield each with its publication, which may have failed.

    A segment is back-filled before what asks for it. ``InvalidError`` where others must approve,
    where the site is frozen, and where one fits no more: those before it are live then, and
    applying again goes on from there.
    """
    free(site_id, clock)
    for change in changes:
        revision = _drafted(site_id, change, book, actor)
        who, kind = Caller(actor, None), KINDS[change.kind]
        ended = reviewing.act(who, "publish", kind, revision, Ask(), clock).publication
        assert ended is not None
        while ended.state == Publication.State.PREPARING:
            preparation.prepare(ended, clock)
            ended.refresh_from_db()
        if ended.state == Publication.State.LIVE and change.kind == "segment":
            drafting.named(site_id, change.name, book)
        yield change, ended


def still(changes: list[Change]) -> None:
    """Refuse what would undo a change that somebody made since the folder was exported."""
    lost = [f"{one.kind} {one.name}: {one.overtaken}" for one in changes if one.overtaken]
    if lost:
        expected = "expected a folder that knows what is in force (export anew, or --over)"
        raise InvalidError("", "overtaken", f"{expected}: {'; '.join(lost)}")


@contextmanager
def alone(site_id: int) -> Iterator[None]:
    """Let one rulebook be applied to a site at a time; PostgreSQL frees what a death leaves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, site_id])
        if not cursor.fetchone()[0]:
            raise InvalidError("", "running", "expected no other rulebook being applied to it")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, site_id])


def free(site_id: int, clock: Clock) -> None:
    """Refuse, before anything is written, what a site's rules of approval or a freeze refuse."""
    if progress.terms(site_id).approvals:
        raise InvalidError("", "approval", "expected drafts (--draft): on this site people approve")
    freezes.refuse(site_id, clock.now(), Publication.Way.PUBLISH, overrides=False)


def propose(site_id: int, changes: list[Change], book: Rulebook, actor: str) -> None:
    """Leave every change as a draft, all of them or none."""
    with transaction.atomic():
        for change in changes:
            _drafted(site_id, change, book, actor)


def _drafted(site_id: int, change: Change, book: Rulebook, actor: str) -> Any:
    with transaction.atomic():
        revision = drafting.draft(site_id, change.kind, change.name, book, actor)
        said = {"number": revision.number, "diff": change.diff()}
        audit.record(site_id, actor, "drafted", KINDS[change.kind].owner_of(revision), said)
    return revision
