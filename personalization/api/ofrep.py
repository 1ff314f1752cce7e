"""``/ofrep/v1/evaluate/flags``: every slot as a flag, for any OpenFeature client, unmodified.

Source: the OpenFeature Remote Evaluation Protocol 0.3, and its ADR-0008 for event streams.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from personalization.api import channels, decide, flags, question, wire
from personalization.features.snapshot import Who
from personalization.flows.serving import serving
from personalization.plant.instants import SECOND
from personalization.sites.keys import Access
from personalization.sites.naming import identity_hex

PATH = "/ofrep/v1/evaluate/flags"
INACTIVITY = 120
"""Seconds after which a hidden page may close its stream."""
RENEWED = 7 * 60 * SECOND
"""A 304 brings no new channel: so often no ETag fits, well before a channel token is over."""
OURS = ("targetingKey", "userId", "anonymousId", "token", "locale", "preview")
"""Names of the evaluation context that say who asks and what is wanted, not what is so."""


async def app(scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
    """Answer one evaluation: of one flag, or of all."""
    if scope["method"] == "OPTIONS":
        await wire.preflight(scope, send)
        return
    given = wire.headers(scope)
    shared = wire.shared(wire.origin(given))
    key = scope["path"][len(PATH) + 1 :] or None
    try:
        access = decide.admitted({}, given)
        context = await _context(scope, receive)
        if key is None:
            await _all(access, context, given, send, shared)
        else:
            await _one(access, key, context, given, send, shared)
    except wire.Gone:
        return
    except wire.Refused as refused:
        found = [*refused.headers(), *shared]
        await wire.answer(send, *_refusal(refused, key), found)


async def _context(scope: wire.Scope, receive: wire.Receive) -> dict[str, Any]:
    if scope["method"] != "POST":
        raise wire.Refused(405, "method", "expected POST")
    asked = question.parsed(await wire.body(scope, receive, question.LIMITS.size))
    context = asked.get("context") if isinstance(asked, dict) else None
    if context is None and isinstance(asked, dict):
        return {}
    if not isinstance(context, dict):
        raise wire.Refused(422, "context", "expected an object with the context of the evaluation")
    return context


async def _one(
    access: Access, key: str, context: dict[str, Any], given: Any, send: Any, shared: Any
) -> None:
    slot = flags.slot_of(key)
    site = serving.current.of(access.site_id) or await serving.site(access.site_id)
    if site is None:
        raise wire.starting()
    if slot is None or slot not in site.slots:
        told = flags.failure("FLAG_NOT_FOUND", f"expected {flags.PREFIX}<key of a slot>", key)
        await wire.answer(send, 404, orjson.dumps(told), shared)
        return
    decided = await _decided(access, context, [slot], given)
    told, head = _flags(decided)[0], [*_private(decided), *shared]
    await wire.answer(send, 400 if "errorCode" in told else 200, orjson.dumps(told), head)


async def _all(access: Access, context: dict[str, Any], given: Any, send: Any, shared: Any) -> None:
    decided = await _decided(access, context, question.EVERY, given)
    told: dict[str, Any] = {
        "flags": _flags(decided),
        "metadata": {"generation": decided["generation"]},
    }
    tag = _tag(told, context, access, given)
    head = [(b"etag", tag), *_private(decided), *shared]
    if wire.is_held(given, tag):
        await send({"type": "http.response.start", "status": 304, "headers": head})
        await send({"type": "http.response.body", "body": b""})
        return
    if "channel" in decided:
        uri = f"/v1/stream?channel={quote(decided['channel'])}"
        told["eventStreams"] = [
            {
                "type": "sse",
                "endpoint": {"requestUri": uri},
                "inactivityDelaySec": INACTIVITY,
            }
        ]
    await wire.answer(send, 200, orjson.dumps(told), head)


async def _decided(
    access: Access, context: dict[str, Any], slots: list[str], given: Mapping[bytes, bytes]
) -> dict[str, Any]:
    asked: dict[str, Any] = {name: context[name] for name in OURS if name in context}
    target = asked.pop("targetingKey", None)
    if target is not None and "userId" not in asked and "anonymousId" not in asked:
        asked[await _kind(access, target)] = target
    asked["token"] = asked.get("token") or _header(given, b"x-subject-token")
    asked["slots"], asked["channel"] = slots, channels.OFREP
    asked["context"] = {name: value for name, value in context.items() if name not in OURS}
    return await decide.answered(serving, access, asked, given)


async def _kind(access: Access, target: Any) -> str:
    """Return what a targeting key is: a browser's is anonymous, a server's a user, where known."""
    if access.public or not isinstance(target, str):
        return "anonymousId"
    named = Who(access.site_id, identity_hex(access.site_id, "user", target), True)
    seen = await serving.reader.of(named)
    return "userId" if seen.snapshot is not None else "anonymousId"


def _flags(decided: Mapping[str, Any]) -> list[dict[str, Any]]:
    notes: dict[str, Any] = {"generation": decided["generation"]}
    if decided["degraded"]:
        notes["degraded"] = ",".join(decided["degraded"])
    if decided.get("preview"):
        notes["preview"] = True
    return [flags.flag(shown, notes) for shown in decided["decisions"]]


def _private(decided: Mapping[str, Any]) -> list[wire.Header]:
    return [decide.UNSTORED] if decided.get("preview") else []


def _tag(
    told: Mapping[str, Any],
    context: Mapping[str, Any],
    access: Access,
    given: Mapping[bytes, bytes],
) -> bytes:
    """Return the ETag: of the answer, of who asked it with what context, of the channel's time.

    A 304 leaves the asker with the channel they have: who is vouched for by a header counts too.
    """
    period, token = serving.clock.now() // RENEWED, _header(given, b"x-subject-token")
    whose = [access.key_id, token, context, period]
    said = orjson.dumps([told, whose], option=orjson.OPT_SORT_KEYS)
    return b'"%s"' % hashlib.sha256(said).hexdigest()[:32].encode()


def _header(given: Mapping[bytes, bytes], name: bytes) -> str | None:
    found = given.get(name)
    return found.decode("latin-1") if found else None


def _refusal(refused: wire.Refused, key: str | None) -> tuple[int, bytes]:
    """Return a refusal as the protocol says it: a status it knows, and its word for the fault."""
    if refused.status not in (400, 422):
        return refused.status, orjson.dumps({"errorDetails": str(refused)})
    code = "INVALID_CONTEXT" if refused.status == 422 else "PARSE_ERROR"  # noqa: PLR2004
    at = f" at {refused.at}" if refused.at else ""
    return 400, orjson.dumps(flags.failure(code, f"{refused}{at}", key))
