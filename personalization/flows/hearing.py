"""Hearing: a hook that was verified is written down once, with the reads it asks for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import close_old_connections, transaction

from cms_adapters.messages import Reference
from personalization.content import hooks, reads
from personalization.content.sources import Source
from personalization.flows import syncing
from personalization.plant.clock import Clock
from personalization.push import deliveries

MOST = 1_000
"""Entries of one hook that are read one by one; for more than that everything is."""


def take(pk: int, name: str, references: Sequence[Reference], clock: Clock) -> bool:
    """Write a hook and its reads in one transaction; False for one that was heard before."""
    close_old_connections()
    now = clock.now()
    with transaction.atomic():
        source = Source.objects.filter(pk=pk).first()
        if source is None or not hooks.heard(pk, name, now):
            return False
        if source.url and source.enabled and len(references) > MOST:
            syncing.begin(pk, "hook", clock)
        elif source.url:
            deliveries.write(source.site_id, reads.hinted(source, name, references), now)
    return True
