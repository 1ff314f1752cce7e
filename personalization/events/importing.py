"""The import of a file: its messages go through admission like any other, and it can be resumed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from personalization.events import files, parcel
from personalization.events.admission import Admission, Overloaded, Unavailable
from personalization.events.mapping import Mapping
from personalization.events.message import IMPORT, LIVE, Call
from personalization.events.models import ImportRun
from personalization.events.order import Order, messages
from personalization.events.parcel import Parcel
from personalization.plant.clock import Clock

BATCH = 1_000
BYTES = 2 * 1024 * 1024
PATIENCE = 30
"""How often PostgreSQL may be found down in a row before the import gives up (it can resume)."""


@dataclass(slots=True)
class Progress:
    """How far it is; ``rejects`` are those since the last look."""

    run: ImportRun
    left_out: int = 0
    waits: int = 0
    rejects: list[parcel.Refusal] = field(default_factory=list)


Watch = Callable[[Progress], None]


def run(order: Order, admission: Admission, clock: Clock, watch: Watch) -> ImportRun:
    """Import a file from where its run stopped; a run that is finished is left alone."""
    content = files.fingerprint(order.path)
    kept, _ = ImportRun.objects.get_or_create(
        site_id=order.site_id,
        fingerprint=order.fingerprint(content),
        defaults={"file": str(order.path)[-300:], "mapping": _named(order.mapping)},
    )
    if kept.finished:
        return kept
    progress = Progress(kept)
    with asyncio.Runner() as runner:
        try:
            for held, consumed in _parcels(order, clock, progress):
                runner.run(_admitted(admission, held, progress))
                _advance(progress, held, consumed)
                watch(progress)
        finally:
            runner.run(admission.close())
    kept.finished = True
    kept.save()
    return kept


def _parcels(order: Order, clock: Clock, progress: Progress) -> Iterator[tuple[Parcel, int]]:
    """Return parcels of this piece's messages, and how far in the file each ends."""
    number, pieces = order.piece
    limits = IMPORT if order.lane == "import" else LIVE
    call = Call(order.site_id, order.lane, clock.now(), verified=True, limits=limits)
    held = Parcel(order.site_id, order.lane, call.received_at)
    consumed = progress.run.lines
    for index, message in enumerate(messages(order)):
        if index < progress.run.lines or index % pieces != number:
            continue
        progress.left_out += message is None
        _take(held, message, call)
        consumed = index + 1
        if held.count + len(held.refused) >= BATCH or held.size >= BYTES:
            yield held, consumed
            call.received_at = clock.now()
            held = Parcel(order.site_id, order.lane, call.received_at)
    yield held, consumed


def _take(held: Parcel, message: Any, call: Call) -> None:
    if isinstance(message, tuple):
        held.refuse(message[1], message[0])
    elif message is not None:
        parcel.pack([message], None, call, held)


async def _admitted(admission: Admission, held: Parcel, progress: Progress) -> None:
    """Wait until the parcel is stored: the backlog may be old, or PostgreSQL away for a while."""
    down = 0
    while True:
        try:
            await admission.admit(held)
        except Overloaded as refusal:
            progress.waits += 1
            await asyncio.sleep(refusal.retry_after)
        except Unavailable as refusal:
            down += 1
            if down > PATIENCE:
                raise
            await asyncio.sleep(refusal.retry_after)
        else:
            return


def _advance(progress: Progress, held: Parcel, consumed: int) -> None:
    progress.rejects = held.refused
    progress.run.lines = consumed
    progress.run.accepted += held.count
    progress.run.rejected += len(held.refused)
    progress.run.save()


def _named(mapping: Mapping | None) -> dict[str, Any]:
    return dict(mapping.document) if mapping else {}
