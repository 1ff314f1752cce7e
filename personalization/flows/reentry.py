"""Re-entry: what a trigger says of a person comes in through admission, like any message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import orjson

from personalization.events import message, packing
from personalization.events.message import Accepted, Call
from personalization.events.parcel import Parcel
from personalization.flows.occasions import MARK
from personalization.flows.share import Share
from personalization.plant import sql
from personalization.plant.json import Malformed
from personalization.segments.actions.registry import Message
from personalization.segments.firings import Chance

SLOT = 80
"""Where these are counted: beside the slots of the web processes and of the shards."""
MARKS = 6
"""Where the marks stand in a message's head."""


class Told(NamedTuple):
    """What is said of whom, because of which firing; ``at`` is after all that is known of them."""

    chance: Chance
    name: tuple[str, str]
    effect: Message
    at: int


def admit(share: Share, told: Iterable[Told]) -> None:
    """Put messages into the inbox of the live lane, in the transaction of what caused them.

    Their ids follow from the firing, so that admission takes each of them once; what is no good
    message goes to quarantine like anybody's.
    """
    parcel = Parcel(share.site, "live", share.now)
    for one in told:
        event, call = _message(one), Call(share.site, "live", one.at, verified=True)
        try:
            parcel.take(_marked(message.read(event, None, call), one.chance.hops))
        except Malformed as fault:
            parcel.refuse(event, fault)
    store(parcel)


def store(parcel: Parcel) -> None:
    """Write a parcel as admission does, in the running transaction."""
    rows = packing.rows([parcel])
    if rows:
        sql.run(packing.INBOX, _columns(rows))
    if parcel.refused:
        sql.run(packing.QUARANTINE, _columns(parcel.refused))
    counted = {"accepted": parcel.count + len(parcel.refused), "quarantined": len(parcel.refused)}
    counts = [(parcel.site_id, word, by) for word, by in counted.items() if by]
    if counts:
        sql.run(packing.COUNT, [SLOT, *_columns(counts)])


def _message(told: Told) -> dict[str, object]:
    chance, (kind, value), effect, _ = told
    source = {"source": "trigger", "trigger": chance.armed.slug, "hops": chance.hops}
    return {
        **effect.fields,
        "userId" if kind == "user" else "anonymousId": value,
        "messageId": chance.key,
        "context": {"trigger": source},
    }


def _marked(accepted: Accepted, hops: int) -> Accepted:
    """Return the message with its hops in the head, where nobody outside can write them."""
    head = orjson.loads(accepted.head)
    head[MARKS] = f"{MARK}{hops}"
    return accepted._replace(head=orjson.dumps(head))


def _columns(table: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*table, strict=True)]
