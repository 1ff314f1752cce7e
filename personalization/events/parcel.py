"""What one call carries, ready to be stored: packed lines by shard, refusals, words of consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from personalization.events import message
from personalization.events.message import Accepted, Call
from personalization.plant.json import Malformed
from personalization.sites.naming import SHARDS, identity_hex

PREVIEW = "pv_"
"""How the token of a preview begins."""
KEPT = 64 * 1024
"""Characters of a refused event that are kept to be looked at."""
SHOWN = 200
"""Characters of a pointer, and of a sentence with some room, that fit in quarantine."""


class Word(NamedTuple):
    """One yes or no that was said in a call, for the consent ledger."""

    site_id: int
    identity: str
    purpose: str
    granted: bool
    at: int
    source: str


class Refusal(NamedTuple):
    """One event that goes to quarantine."""

    site_id: int
    lane: str
    received_at: int
    code: str
    at: str
    message: str
    body: str


@dataclass(slots=True)
class Parcel:
    """The messages of one call: stored together or not at all."""

    site_id: int
    lane: str
    received_at: int
    lines: dict[int, list[bytes]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    count: int = 0
    size: int = 0
    previewed: int = 0

    def take(self, accepted: Accepted, trusts_claims: bool = False) -> None:
        """Put an accepted message into its shard's lines."""
        kind, value = ("user", accepted.user) if accepted.user is not None else _device(accepted)
        owner = identity_hex(self.site_id, kind, str(value))
        lines = self.lines.setdefault(int(owner, 16) % SHARDS, [])
        lines.append(accepted.head)
        lines.append(accepted.body)
        self.count += 1
        self.size += len(accepted.head) + len(accepted.body) + 2
        if accepted.consent:
            self._said(accepted, accepted.verified or trusts_claims)

    def refuse(self, event: Any, fault: Malformed) -> None:
        """Put an event aside with its reason."""
        text = printable(event)
        self.refused.append(
            Refusal(
                self.site_id, self.lane, self.received_at, fault.code,
                _clean(fault.at)[:SHOWN], _clean(fault.message)[:300], text,
            )
        )  # fmt: skip
        self.size += len(text)

    def withdrawn(self) -> Parcel:
        """Return a parcel of this one's refusals of consent, and nothing else."""
        words = [word for word in self.words if not word.granted]
        return Parcel(self.site_id, self.lane, self.received_at, words=words)

    def _said(self, accepted: Accepted, trusted: bool) -> None:
        """Note consent under the device, and under the user where the call may speak for it."""
        names = [("anonymous", accepted.anonymous), ("user", accepted.user if trusted else None)]
        at = min(accepted.at, self.received_at)
        for kind, value in names:
            if value is None:
                continue
            identity = identity_hex(self.site_id, kind, value)
            for purpose, granted in (accepted.consent or {}).items():
                self.words.append(Word(self.site_id, identity, purpose, granted, at, "event"))


def pack(events: Iterable[Any], kind: str | None, call: Call, parcel: Parcel) -> None:
    """Put a call's events into its parcel: a bad one goes aside alone, the others are taken."""
    for event in events:
        if _is_previewed(event, call):
            parcel.previewed += 1
            continue
        try:
            parcel.take(message.read(event, kind, call), call.trusts_claims)
        except Malformed as fault:
            parcel.refuse(event, fault)


def _is_previewed(event: Any, call: Call) -> bool:
    """Return whether an event happened on a page that shows a preview: it is counted, no more."""
    context = event.get("context") if type(event) is dict else None
    own = context.get("preview") if type(context) is dict else None
    mark = own or (call.context or message.NOTHING).get("preview")
    return mark is True or (type(mark) is str and mark.startswith(PREVIEW))


def printable(event: Any) -> str:
    """Return an event as text that PostgreSQL takes, whatever is wrong with it."""
    try:
        text = orjson.dumps(event).decode()
    except TypeError:
        text = repr(event)
    return _clean(text[:KEPT])


def _clean(text: str) -> str:
    return text.replace("\0", "�").encode("utf-8", "replace").decode()


def _device(accepted: Accepted) -> tuple[str, str | None]:
    return "anonymous", accepted.anonymous
