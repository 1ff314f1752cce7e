"""Hearing: a hook that was verified is written down once, with the reads it asks for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import close_old_connections, transaction

from cms_adapters.messages import Reference
from personalization.content import hooks, reads
from personalization.content.sources import Source
from personalization.push import deliveries


def take(pk: int, name: str, references: Iterable[Reference], now: int) -> bool:
    """Write a hook and its reads in one transaction; False for one that was heard before."""
    close_old_connections()
    with transaction.atomic():
        source = Source.objects.filter(pk=pk).first()
        if source is None or not hooks.heard(pk, name, now):
            return False
        deliveries.write(source.site_id, reads.drafts(source, name, references), now)
    return True
