"""How a revision comes in force and goes: its status, its date, and what it is a revision of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.flows import kinds
from personalization.plant.clock import Clock
from personalization.plant.instants import to_datetime
from personalization.segments.models import Definition, Segment
from personalization.sites import freezes, progress
from personalization.sites.models import Publication
from rules.errors import InvalidError
from rules.reviewing import CHANGES_REQUESTED


def put(revision: Any, owner: str, clock: Clock) -> None:
    """Put a revision in force in the place of the one before, in what it is a revision of."""
    out(type(row := getattr(revision, owner)), row.pk)
    enliven(revision, clock)
    type(row).objects.filter(pk=row.pk).update(live=revision)


def out(kind: Any, pk: int) -> None:
    """Put what has revisions out of force."""
    kind.objects.get(pk=pk).revisions.filter(status="live").update(status="retired")
    kind.objects.filter(pk=pk).update(live=None)


def retire(kind: Any, **where: object) -> None:
    """Retire the live revisions of a kind, where they are so."""
    kind.objects.filter(status="live", **where).update(status="retired")


def enliven(revision: Any, clock: Clock) -> None:
    """Write that a revision is in force from now on."""
    revision.status, revision.published_at = "live", to_datetime(clock.now())
    revision.save(update_fields=["status", "published_at"])


def still(publication: Publication, now: int) -> None:
    """Raise InvalidError where a publication may not go live any more since it was asked for."""
    freezes.refuse(publication.site_id, now, publication.way, overrides=publication.overrides)
    found = kinds.published(publication)
    if found and progress.of(found[0].subject(found[1]), found[1]).state == CHANGES_REQUESTED:
        raise InvalidError("", "state", "expected a revision of which no changes were requested")


def note(publication: Publication) -> None:
    """Remember what is in force where a publication is about to flip."""
    found = kinds.published(publication)
    live = found[0].live(found[1]) if found else None
    publication.replaced = live.pk if live else None


def settle(publication: Publication, now: int) -> None:
    """Bring the reviews of what is published in line with what is in force."""
    found = kinds.published(publication)
    if found:
        kind, revision = found
        progress.settled(publication, kind.subject(revision), revision, now)


def name_keys(publication: Publication, keys: Mapping[str, str]) -> None:
    """Remember which revision each definition's key stands for."""
    site, number = publication.site_id, publication.generation
    assert number is not None
    rows = [
        Definition(key=keys[slug], site_id=site, revision_id=live, generation=number)
        for slug, live in Segment.objects.filter(site_id=site, live__isnull=False).values_list(
            "slug", "live_id"
        )
    ]
    Definition.objects.bulk_create(rows, ignore_conflicts=True)
