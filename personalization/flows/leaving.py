"""What a publication leaves behind: members of what was in force, moves of what never was."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from django.db import transaction

from personalization.flows import definitions
from personalization.plant.clock import Clock
from personalization.segments import membership
from personalization.sites.models import Generation, Publication
from rules.errors import InvalidError


def leave(publication: Publication, before: Mapping[str, str], clock: Clock) -> None:
    """Let those leave who were in what a flip put out of force and are not in what follows it.

    ``before`` are the keys that were in force, by segment.
    """
    site, after = publication.site_id, definitions.live(publication.site_id).segments
    held = {*after.values(), *_preparing(site)}
    gone = {key: after.get(slug, "") for slug, key in before.items() if key not in held}
    if gone:
        assert publication.generation is not None
        membership.leave(gone, site, publication.generation, clock.now())


def cancel(publication: Publication, reason: str, clock: Clock) -> None:
    """Stop a publication that is preparing; nothing of it goes live, or has happened."""
    end(publication, Publication.State.CANCELLED, reason, clock)


def end(publication: Publication, state: Publication.State, error: str, clock: Clock) -> None:
    """End a publication before it is live, if it still prepares; no batch runs meanwhile."""
    with transaction.atomic():
        Generation.objects.select_for_update().get(site_id=publication.site_id)
        publication.refresh_from_db()
        if publication.state == Publication.State.PREPARING:
            abandon(publication, state, error, clock)


def abandon(
    publication: Publication, state: Publication.State, error: str, clock: Clock
) -> Publication:
    """End a publication that does not go live; the generation is locked."""
    site = publication.site_id
    written: set[str] = set()
    with suppress(InvalidError):
        written = _keys(site, publication.kind, publication.revision_id)
    publication.state, publication.error, publication.ended_at = state, error, clock.now()
    publication.save(update_fields=["state", "error", "ended_at"])
    never = written - {*definitions.live(site).segments.values(), *_preparing(site)}
    if never:
        membership.undo(never, site, clock.now())
    return publication


def _preparing(site: int) -> set[str]:
    rows = Publication.objects.filter(site_id=site, state=Publication.State.PREPARING)
    found: set[str] = set()
    for kind, revision_id in rows.values_list("kind", "revision_id"):
        with suppress(InvalidError):
            found |= _keys(site, kind, revision_id)
    return found


def _keys(site: int, kind: str, revision_id: int) -> set[str]:
    return set(definitions.after(site, kind, revision_id).segments.values())
