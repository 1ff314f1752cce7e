"""``/v1/decide``: which content each slot shows to this visitor now, always 200 for a known key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import orjson

from personalization.api import channels, permutation, question, rehearsing, wire
from personalization.api.metrics import counts
from personalization.api.question import Question
from personalization.api.rehearsing import Shown
from personalization.flows import decision, noting
from personalization.flows.decision import Told
from personalization.flows.serving import Serving, serving
from personalization.push.cursor import Cursor
from personalization.sites import keys
from personalization.sites.keys import Access

logger = logging.getLogger(__name__)
BODY = question.LIMITS.size
NONE: Mapping[bytes, bytes] = {}
PRIVATE = {"scope": "private-request", "key": "", "tags": [], "maxAge": 0}
UNSTORED = (b"cache-control", b"no-store")
"""A preview is for whoever holds its token, and for nobody's cache."""


async def app(scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
    """Answer one request."""
    if scope["method"] == "OPTIONS":
        await wire.preflight(scope, send)
        return
    given = wire.headers(scope)
    shared = wire.shared(wire.origin(given))
    try:
        asked = await _asked(scope, receive)
        access = admitted(asked, given)
        found = await answered(serving, access, asked, given)
    except wire.Gone:
        return
    except wire.Refused as refused:
        await wire.refuse(send, refused, shared)
        return
    private = [UNSTORED] if found.get("preview") else []
    await wire.answer(send, 200, orjson.dumps(found), [*private, *shared])


async def _asked(scope: wire.Scope, receive: wire.Receive) -> dict[str, Any]:
    if scope["method"] == "GET":
        return question.from_query(scope["query_string"])
    if scope["method"] != "POST":
        raise wire.Refused(405, "method", "expected POST or GET")
    asked = question.parsed(await wire.body(scope, receive, BODY))
    if not isinstance(asked, dict):
        raise wire.Refused(400, "malformed", "expected a JSON object")
    return asked


def admitted(asked: Mapping[str, Any], given: dict[bytes, bytes]) -> Access:
    """Return what the request's key opens, from the body or the headers."""
    secret = asked.get("key") or asked.get("writeKey") or wire.credentials(given)
    access = keys.ring.find(secret) if isinstance(secret, str) else None
    if access is None:
        if not keys.ring.complete:
            raise wire.starting()
        raise wire.Refused(401, "key", "expected a live key")
    if not access.admits(wire.origin(given)):
        raise wire.Refused(403, "origin", "this key may not be used from this page")
    return access


async def answer(
    access: Access, asked: Mapping[str, Any], given: Mapping[bytes, bytes] = NONE
) -> dict[str, Any]:
    """Return the answer to a question, in whichever process and loop it is asked."""
    if serving.loop is asyncio.get_running_loop():
        return await answered(serving, access, asked, given)
    apart = Serving()
    await apart.start()
    try:
        return await answered(apart, access, asked, given)
    finally:
        await apart.stop()


async def answered(
    held: Serving, access: Access, asked: Mapping[str, Any], given: Mapping[bytes, bytes]
) -> dict[str, Any]:
    """Return the answer, with what this process serves."""
    site = held.current.of(access.site_id) or await held.site(access.site_id)
    if site is None:
        raise wire.Refused(503, "starting", "this site is not loaded yet", retry_after=1)
    asks = question.of(access, site, asked, given, held.clock.now())
    if asked.get("preview"):
        shown = await rehearsing.shown(held, asks, asked["preview"])
        if shown is not None:
            return _document(held, access, asked, shown, previewed=True)
        asks = rehearsing.unheard(asks)
    told = await decision.walk(asks.visitor, asks.slots, held.reader, held.clock)
    snapshot = told.seen.snapshot
    if snapshot is not None and snapshot.generation > site.generation:
        newer = await held.site(access.site_id, snapshot.generation)
        if newer is not None and newer.generation > site.generation:
            return await answered(held, access, asked, given)
    note(held, asks, told)
    return _document(held, access, asked, Shown(asks, told))


def note(held: Serving, asks: Question, told: Told) -> None:
    """Put every changed answer of a known profile into the decision log."""
    snapshot, site = told.seen.snapshot, asks.visitor.site
    held.shadowing.note(asks.visitor, told)
    for verdict, shown in told.decisions:
        counts[shown["reason"]] += 1
        if shown["slot"] in site.slots:
            held.turnstile.note(site.site, shown["slot"], shown["reason"])
        if snapshot is None or not told.known.permitted("personalization"):
            continue
        key = shown["slot"]
        answer = (verdict.revision, verdict.row, shown["variant"], shown["reason"])
        before = held.log.changed(snapshot.profile, key, answer)
        if before is None or key not in site.slots:
            continue
        decided = (verdict, shown)
        held.log.note(
            noting.entry(asks.visitor, snapshot.profile, told.known, decided, before=before)
        )


def cursor(told: Told, generation: int) -> Cursor:
    """Return how far this answer has seen the visitor's profile."""
    held = told.known.held
    seen = held.seen if held else Cursor()
    return seen._replace(generation=generation)


def _document(
    held: Serving,
    access: Access,
    asked: Mapping[str, Any],
    shown: Shown,
    *,
    previewed: bool = False,
) -> dict[str, Any]:
    asks, told, _ = shown
    site = asks.visitor.site
    degraded = {*told.seen.degraded, *told.known.degraded, *asks.degraded}
    if held.watch.is_late():
        degraded.add("definitions")
    found: dict[str, Any] = {
        "generation": site.generation,
        "cursor": told.known.held.text(site.generation)
        if told.known.held
        else Cursor(generation=site.generation).text(),
        "subject": asks.subject[1] if asks.subject else None,
        "degraded": sorted(degraded),
        "decisions": [shown for _, shown in told.decisions],
    }
    if previewed:
        found |= {"preview": True, "cache": PRIVATE}
    elif not access.public:
        _for_servers(asks, found)
    if asked.get("explain") and (previewed or not access.public):
        _explain(asks, told, found)
    if asked.get("channel"):
        channel = channels.mint(access, asked, asks, found["cursor"], told.known.now)
        found.update({"channel": channel} if channel else {})
    return found


def _for_servers(asks: Question, found: dict[str, Any]) -> None:
    """Add what only a server may see: how long and for whom to keep an answer."""
    found["cache"] = permutation.page(asks.visitor, found["decisions"])
    for shown in found["decisions"]:
        shown["cache"] = permutation.of(asks.visitor, shown)


def _explain(asks: Question, told: Told, found: dict[str, Any]) -> None:
    """Add why each answer is so: rows, conditions, values seen."""
    facts = told.known.facts(asks.visitor.segments)
    for shown in found["decisions"]:
        shown["because"] = asks.visitor.site.because(shown["slot"], facts, asks.visitor.unit)
