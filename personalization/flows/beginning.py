"""Beginning a publication: what it is about, how it comes to be, and its row."""

from __future__ import annotations

from typing import NamedTuple

from personalization.flows import leaving
from personalization.plant.clock import Clock
from personalization.sites import freezes
from personalization.sites.models import Generation, Publication


class Thing(NamedTuple):
    """What a publication is about: a site, a kind, a row of it and one of its revisions."""

    site_id: int
    kind: str
    object_id: int
    revision_id: int


class Way(NamedTuple):
    """How something comes to be published, and whether a freeze is overridden."""

    name: str = Publication.Way.PUBLISH
    overrides: bool = False


PUBLISH, SCHEDULE = Way(), Way(Publication.Way.SCHEDULE)
ROLLBACK, UNDO = Way(Publication.Way.ROLLBACK), Way(Publication.Way.UNDO)


def begin(thing: Thing, actor: str, clock: Clock, way: Way = PUBLISH) -> Publication:
    """Write the row of a publication that is to be prepared, or flipped at once.

    What prepares of the same thing ends: the last one asked for is the one that is meant.
    ``InvalidError`` where the site is frozen.
    """
    freezes.refuse(thing.site_id, clock.now(), way.name, overrides=way.overrides)
    Generation.objects.get_or_create(site_id=thing.site_id)
    same = {"site_id": thing.site_id, "kind": thing.kind, "object_id": thing.object_id}
    earlier = Publication.objects.filter(**same, state=Publication.State.PREPARING)
    for one in earlier if thing.object_id else ():
        leaving.cancel(one, f"{actor} published another revision", clock)
    return row(thing, actor, clock, way)


def row(thing: Thing, actor: str, clock: Clock, way: Way = PUBLISH) -> Publication:
    """Write the row of a publication beside whatever else is to be put in force with it."""
    return Publication.objects.create(
        **thing._asdict(),
        asked_by=actor,
        way=way.name,
        overrides=way.overrides,
        started_at=clock.now(),
    )
