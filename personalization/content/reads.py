"""Reads of a source as deliveries: what is asked for, what is missing, and how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from cms_adapters.messages import Item, Reference, Rejected, segment
from personalization.content.entries import EVERY, Key
from personalization.content.sources import Entry, Source
from personalization.plant.instants import SECOND
from personalization.push.deliveries import Draft
from personalization.push.registry import Load

KIND = "cms"
LONGEST = 300
LATER = 30 * SECOND
"""So long we wait to read once more what a hint found as it was before.

Some CMSs tell before they have stored, others answer from a cache for a while.
"""


def hinted(source: Source, named: str, references: Iterable[Reference]) -> list[Draft]:
    """Return a delivery for each entry a hint is about, marked as a hint's."""
    return [
        one._replace(payload={**one.payload, "hint": True})
        for one in drafts(source, named, references)
    ]


def later(source: Source, load: Load) -> list[Draft]:
    """Return one more read where a hint's own found nothing new."""
    if not load.payload.get("hint"):
        return []
    return drafts(source, f"{load.key} later", [reference(load.payload)])


def drafts(source: Source, named: str, references: Iterable[Reference]) -> list[Draft]:
    """Return a delivery for each entry; ``named`` is what asks: the same asks for each once."""
    return [
        Draft(_key(source, f"{named} {tuple(payload.values())}"), source.lane, KIND, payload)
        for payload in map(_payload, references)
    ]


def check(one: Reference) -> None:
    """Raise ``Rejected`` for what names no entry that could be held."""
    segment(one.external_id)
    for word, most in ((one.external_id, 200), (one.kind, 120), (one.locale, 20)):
        if len(word) > most or not word.isprintable():
            raise Rejected("malformed", f"expected at most {most} plain characters")


def anew(
    source: Source, load: Load, doubtful: Iterable[Key], more: Iterable[Reference] = ()
) -> list[Draft]:
    """Return a read of each entry that a read left doubtful, or said is no more."""
    again = [Reference(one, kind, locale, gone=True) for one, kind, locale in doubtful]
    return drafts(source, f"{load.key} {load.attempt} {load.cargo.asked}", [*again, *more])


def part(source: Source, cursor: str, number: int) -> Draft:
    """Return the delivery of one part of a sync."""
    payload = {"sync": source.sync_number, "cursor": cursor, "part": number, "terms": source.terms}
    return Draft(f"sync_{source.pk}_{source.sync_number}_{number}", source.lane, KIND, payload)


def reference(payload: Mapping[str, Any]) -> Reference:
    """Return what a delivery asks for."""
    words = (payload["external_id"], payload["kind"], payload["locale"])
    return Reference(*words, gone=payload["gone"])


def missing(source: int, asked: Reference, found: Iterable[Item]) -> tuple[Key, ...]:
    """Return the locales that are held of an entry and were not found though all were asked for."""
    if asked.locale:
        return ()
    there = {(one.kind, one.locale) for one in found}
    kinds = {kind for kind, _ in there}
    held = Entry.objects.filter(source_id=source, external_id=asked.external_id, kind__in=kinds)
    held = held.exclude(status=Entry.Status.DELETED).exclude(locale=EVERY)
    rows = held.values_list("external_id", "kind", "locale").order_by("pk")
    return tuple((one, kind, locale) for one, kind, locale in rows if (kind, locale) not in there)


def vanished(source: Source) -> list[Reference]:
    """Return the entries that no read has seen since the sync began."""
    held = Entry.objects.filter(source=source, seen_at__lt=source.sync_began_at or 0)
    held = held.exclude(status=Entry.Status.DELETED).exclude(locale=EVERY).order_by("pk")
    rows = held.values_list("external_id", "kind", "locale")
    return [Reference(one, kind, locale, gone=True) for one, kind, locale in rows.iterator()]


def note(source: Source, state: str, fault: str, now: int) -> None:
    """Write how a read of the source went: health that people look at."""
    fresh: dict[str, Any] = {"last_read_at": now}
    if state != "done":
        fresh |= {"last_fault": fault[:LONGEST].replace("\0", ""), "last_fault_at": now}
    Source.objects.filter(pk=source.pk).update(**fresh)


def _payload(one: Reference) -> dict[str, Any]:
    words = {"external_id": one.external_id, "kind": one.kind, "locale": one.locale}
    return {**words, "gone": one.gone}


def _key(source: Source, named: str) -> str:
    return f"read_{source.pk}_{blake2b(named.encode(), digest_size=16).hexdigest()}"
