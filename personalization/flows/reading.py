"""Reading: a delivery of a source's lane is asked of its CMS, with a token that no row has."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from cms_adapters.messages import Reference, Rejected, Unreadable
from cms_adapters.registry import adapters
from personalization.content import reads
from personalization.flows import keeping, syncing
from personalization.push.carriers.cms import Cargo
from personalization.push.registry import Load

log = logging.getLogger(__name__)


def permitted(load: Load) -> bool:
    """Return whether a read is still wanted: its source is on, its sync under way and current."""
    source = keeping.source_of(load)
    if source is None or not source.enabled:
        return False
    return syncing.is_wanted(source, load.payload) and source.still_asks(load.payload)


def equipped(load: Load) -> Load:
    """Return the read with what is asked of the CMS and its token."""
    source = keeping.source_of(load)
    if source is None or not source.url or source.adapter not in adapters:
        return load
    adapter, described = adapters[source.adapter], source.described(load.now)
    try:
        if "sync" in load.payload:
            cursor = load.payload["cursor"]
            call = adapter.sync(cursor, described)
            read: Any = partial(_page, adapter, cursor, described)
        else:
            reference = reads.reference(load.payload)
            call = adapter.fetch(reference, described)
            read = partial(_items, adapter, reference, described)
    except (Rejected, Unreadable, ValueError, LookupError):
        log.warning("source %s: %s cannot be asked for", source, load.key)
        return load
    return load._replace(cargo=Cargo(call, read, load.now))


def _page(adapter: Any, cursor: str, source: Any, response: Any) -> Any:
    return adapter.page(cursor, response, source)


def _items(adapter: Any, reference: Reference, source: Any, response: Any) -> Any:
    return adapter.items(reference, response, source)
