"""Applying a rulebook to a site: every change becomes a revision and goes live, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import transaction

from personalization.flows import drafting, preparation, publication
from personalization.flows.planning import Change
from personalization.flows.rulebook import Rulebook
from personalization.plant.clock import Clock
from personalization.sites import audit
from personalization.sites.models import Publication

PUBLISH: dict[str, Callable[[int, str, Clock], Publication]] = {
    "segment": publication.publish_segment,
    "matrix": publication.publish_matrix,
}


def apply(
    site_id: int, changes: list[Change], book: Rulebook, actor: str, clock: Clock
) -> Iterator[tuple[Change, Publication]]:
    """Publish change after change and yield each with its publication, which may have failed.

    A segment is back-filled before what asks for it. ``InvalidError`` where one fits no more:
    those before it are live then, and applying again goes on from there.
    """
    for change in changes:
        revision = _drafted(site_id, change, book, actor)
        ended = PUBLISH[change.kind](revision, actor, clock)
        while ended.state == Publication.State.PREPARING:
            preparation.prepare(ended, clock)
            ended.refresh_from_db()
        if ended.state == Publication.State.LIVE and change.kind == "segment":
            drafting.named(site_id, change.name, book)
        yield change, ended


def propose(site_id: int, changes: list[Change], book: Rulebook, actor: str) -> None:
    """Leave every change as a draft, all of them or none."""
    with transaction.atomic():
        for change in changes:
            _drafted(site_id, change, book, actor)


def _drafted(site_id: int, change: Change, book: Rulebook, actor: str) -> int:
    with transaction.atomic():
        revision = drafting.draft(site_id, change.kind, change.name, book, actor)
        said = {"number": revision.number, "diff": change.diff()}
        of = revision.segment if change.kind == "segment" else revision.matrix
        audit.record(site_id, actor, "drafted", of, said)
    return int(revision.pk)
