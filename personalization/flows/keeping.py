"""Keeping: what was read of a CMS is kept where it is newer; what is doubtful is read once more."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction

from cms_adapters.messages import Item, Reference
from personalization.content import entries, reads, tombstones
from personalization.content.entries import Kept, Read
from personalization.content.sources import Source
from personalization.flows import parts
from personalization.push import deliveries
from personalization.push.registry import Load, Outcome

log = logging.getLogger(__name__)


def told(load: Load, outcome: Outcome) -> None:
    """Keep what was read; ``load.now`` is when. What cannot be kept is noted."""
    source = source_of(load)
    dropped = outcome.state == "dropped"
    if source is None or (dropped and "sync" not in load.payload):
        return
    if not dropped:
        reads.note(source, outcome.state, f"{outcome.error} {outcome.answer}".strip(), load.now)
    try:
        with transaction.atomic():
            _taken(source, load, outcome)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("source %s: what was read cannot be kept", source)
        reads.note(source, "dead", f"not kept: {fault!r}", load.now)


def _taken(source: Source, load: Load, outcome: Outcome) -> None:
    if "sync" in load.payload:
        parts.told(source, load, outcome)
    elif outcome.state == "done":
        reference, read = reads.reference(load.payload), Read(load.cargo.asked, load.now)
        kept = _found(source.pk, reference, outcome.found, read)
        if kept.faults:
            reads.note(source, "dead", "; ".join(kept.faults), load.now)
        drafts = reads.anew(source, load, kept.doubtful)
        deliveries.write(source.site_id, drafts, load.now)
        if not kept.changed and not drafts:
            deliveries.write(source.site_id, reads.later(source, load), load.now, reads.LATER)


def _found(source: int, asked: Reference, items: tuple[Item, ...], read: Read) -> Kept:
    """Keep an entry as it was found, or bury it; locales that are held and missing are doubtful."""
    mine = [one for one in items if one.external_id == asked.external_id]
    if not mine:
        return tombstones.bury(source, asked, read)
    kept = entries.keep(source, mine, read)
    if not asked.locale:
        tombstones.attest(source, asked, read)
    return kept._replace(doubtful=(*kept.doubtful, *reads.missing(source, asked, mine)))


def source_of(load: Load) -> Source | None:
    """Return the source whose lane a delivery is in."""
    number = load.lane.partition(":")[2]
    return Source.objects.filter(pk=int(number)).first() if number.isdecimal() else None
