"""One Segment message, checked field by field, as the two lines it is packed in."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import uuid4

from personalization.events import consent_signals, timestamps
from personalization.plant import json
from personalization.plant.json import Limits, Malformed

KINDS = {
    "track": "",
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "identify": "Identify",
    "group": "Group",
    "alias": "Alias",
}
"""The kinds of message, and the name each has in conditions (a track says its own)."""
LIVE = Limits(size=32 * 1024, depth=32, keys=1_000)
"""A cart of forty lines with twenty fields each still fits in the keys of a live event."""
IMPORT = Limits(size=500 * 1024, depth=32, keys=50_000)
NOTHING: dict[str, Any] = {}
RESERVED = "$list:"
"""How the events are called that put people on lists."""
LONGEST = 255
"""Characters of the longest id or name."""
OBJECTS = ("properties", "context", "traits")
MEANT = (
    *("type", "event", "name", "category", "userId", "anonymousId", "previousId", "groupId"),
    *("messageId", "timestamp", "originalTimestamp", "sentAt", "receivedAt", *OBJECTS),
)
DROPPED = ("writeKey", "token", "_metadata", "channel", "version")
KNOWN = frozenset(MEANT + DROPPED)
"""Top-level fields that are read, or mean nothing here; every other one is kept as extra."""


@dataclass(slots=True)
class Call:
    """What is common to the messages of one call."""

    site_id: int
    lane: str
    received_at: int
    verified: bool = False
    subject: str | None = None
    trusts_claims: bool = False
    gpc: bool = False
    sent_at: int | None = None
    context: dict[str, Any] | None = None
    limits: Limits = LIVE
    suspect: bool = False
    ours: bool = False


class Accepted(NamedTuple):
    """A message as it is packed: header and body line, and what admission itself must know."""

    user: str | None
    anonymous: str | None
    at: int
    verified: bool
    consent: dict[str, bool] | None
    head: bytes
    body: bytes


def read(event: Any, kind: str | None, call: Call) -> Accepted:
    """Return the message as packed lines, or raise `Malformed` naming the field that is at fault.

    ``kind`` comes from the path; ``None`` takes the message's own ``type``.
    """
    if type(event) is not dict:
        raise Malformed("not_an_object", "", "an event must be an object")
    found = call.suspect and json.fault(event, call.limits)
    if found:
        raise Malformed(*found)
    get = event.get
    kind = kind or get("type")
    if type(kind) is not str or kind not in KINDS:
        raise Malformed("unknown_type", "/type", f"must be one of {', '.join(KINDS)}")
    user, anonymous = _id(get("userId"), "/userId"), _id(get("anonymousId"), "/anonymousId")
    if user is None and anonymous is None:
        raise Malformed("no_identity", "/anonymousId", "userId or anonymousId is needed")
    previous = _needed(get("previousId"), "/previousId") if kind == "alias" else None
    name = KINDS[kind] or _name(get("event"), call)
    message = _id(get("messageId"), "/messageId") or uuid4().hex
    said, sent = _instants(event, call)
    at, marks = timestamps.happened(said, sent, call.received_at)
    content = _body(event, kind, call)
    consent = (
        consent_signals.said(content["context"].get("consent")) if "context" in content else None
    )
    body = json.dumps(content)
    _fits(event, body, call.limits)
    verified = call.verified or (user is not None and user == call.subject)
    # What a client sends again unchanged must hash the same: neither receipt nor sentAt is in it.
    told = f"{kind}\0{name}\0{user}\0{anonymous}\0{previous}\0{said}\0".encode()
    head = json.dumps(
        [
            blake2b(message.encode(), digest_size=16).hexdigest(),
            blake2b(told + body, digest_size=16).hexdigest(),
            kind,
            name,
            at,
            call.received_at,
            marks,
            "verified" if verified else "claimed",
            user,
            anonymous,
            previous,
            consent,
            call.gpc,
        ]
    )
    return Accepted(user, anonymous, at, verified, consent, head, body)


def _name(value: Any, call: Call) -> str:
    name = _needed(value, "/event")
    if name.startswith(RESERVED) and not call.ours:
        raise Malformed("reserved", "/event", f"names that begin with {RESERVED} are our own")
    return name


def _id(value: Any, at: str) -> str | None:
    if value is None or value == "":
        return None
    if type(value) is int:
        return str(value)
    if type(value) is not str:
        raise Malformed("invalid_id", at, "must be a string")
    if len(value) > LONGEST:
        raise Malformed("too_long", at, f"longer than {LONGEST} characters")
    return value


def _needed(value: Any, at: str) -> str:
    found = _id(value, at)
    if found is None:
        raise Malformed("missing", at, "is needed")
    return found


def _instants(event: dict[str, Any], call: Call) -> tuple[int | None, int | None]:
    """Return when the client says it happened and when it was sent, both by the client's clock.

    What is imported was sent long after it happened: there the timestamp stands as it is.
    """
    imported = call.lane == "import"
    first, second = ("timestamp", "originalTimestamp")[:: 1 if imported else -1]
    field = first if event.get(first) is not None else second
    said = _instant(event, field)
    if imported:
        return said, None
    return said, _instant(event, "sentAt") or call.sent_at


def _instant(event: dict[str, Any], field: str) -> int | None:
    value = event.get(field)
    if value is None:
        return None
    try:
        return timestamps.instant(value)
    except (ValueError, OverflowError) as error:
        raise Malformed("invalid_time", f"/{field}", str(error)[:300]) from None


def _body(event: dict[str, Any], kind: str, call: Call) -> dict[str, Any]:
    content = _objects(event)
    if call.context:
        content["context"] = {**call.context, **content.get("context", {})}
    if kind in {"page", "screen"}:
        _named(content, event)
    if kind == "group":
        group = _needed(event.get("groupId"), "/groupId")
        content["traits"] = {**content.get("traits", {}), "groupId": group}
    if not event.keys() <= KNOWN:
        extra = {name: value for name, value in event.items() if name not in KNOWN and value}
        if extra:
            content["extra"] = extra
    return content


def _objects(event: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for field in OBJECTS:
        value = event.get(field)
        if value is None:
            continue
        if type(value) is not dict:
            raise Malformed("not_an_object", f"/{field}", "must be an object")
        if value:
            content[field] = value
    return content


def _named(content: dict[str, Any], event: dict[str, Any]) -> None:
    said = {name: event[name] for name in ("name", "category") if event.get(name) is not None}
    if said:
        content["properties"] = {**said, **content.get("properties", {})}


def _fits(event: dict[str, Any], body: bytes, limits: Limits) -> None:
    if len(body) > limits.size:
        raise Malformed("too_large", "", f"an event of more than {limits.size} bytes")
    found = json.may_be_large(body, limits) and json.fault(event, limits)
    if found:
        raise Malformed(*found)
