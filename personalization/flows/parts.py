"""Parts of a sync: each asks for the next in the transaction that ends its own delivery."""

from __future__ import annotations

from cms_adapters.messages import Page
from personalization.content import entries, reads
from personalization.content.entries import Read
from personalization.content.sources import Source
from personalization.flows import renewal, syncing
from personalization.push import deliveries
from personalization.push.carriers.cms import UNREADABLE
from personalization.push.registry import Load, Outcome


def told(source: Source, load: Load, outcome: Outcome) -> None:
    """Go on with a sync; what cannot tell what changed since any more begins from the start.

    So does one whose source was changed meanwhile: what it read then is left, and its place.
    """
    source = Source.objects.select_for_update().get(pk=source.pk)
    if not syncing.is_wanted(source, load.payload):
        return
    if not source.still_asks(load.payload):
        renewal.anew(source, load.now)
    elif outcome.state == "done":
        _part(source, load, outcome.found)
    elif outcome.error == UNREADABLE and not source.sync_whole:
        syncing.start(source, load.now, whole=True)
    elif outcome.state in ("dead", "dropped"):
        syncing.stop(source)


def _part(source: Source, load: Load, page: Page) -> None:
    kept = entries.keep(source.pk, page.items, Read(load.cargo.asked, load.now))
    if faults := [*kept.faults, *page.unread]:
        reads.note(source, "dead", "; ".join(faults), load.now)
    drafts = reads.anew(source, load, kept.doubtful, page.gone)
    source.sync_rows += len(page.items)
    if page.next is not None and page.next != load.payload["cursor"]:
        source.sync_cursor = page.next
        drafts.append(reads.part(source, page.next, load.payload["part"] + 1))
    else:
        drafts += reads.anew(source, load, (), reads.vanished(source) if source.sync_whole else ())
        source.sync_began_at, source.sync_ended_at = None, load.now
        source.resume, source.sync_cursor = page.resume, ""
    source.save(update_fields=syncing.FIELDS)
    deliveries.write(source.site_id, drafts, load.now)
