"""Events in: Segment's paths as raw ASGI, from the bytes of a call to its committed parcel."""

from __future__ import annotations

import asyncio
import base64
import binascii
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

import orjson

from personalization.api import track_paths, wire
from personalization.api.wire import Receive, Refused, Scope, Send
from personalization.events import message, timestamps
from personalization.events.admission import Admission, Overloaded, Unavailable
from personalization.events.message import Call
from personalization.events.parcel import Parcel, pack
from personalization.flows import admission as flow
from personalization.plant import clock, json
from personalization.plant.clock import Clock
from personalization.plant.json import Limits, Malformed
from personalization.sites import keys, signing, tokens
from personalization.sites.keys import Access, KeyRing

BODIES = {"live": Limits(size=512 * 1024), "import": Limits(size=4 * 1024 * 1024)}
EVENTS = {"live": message.LIVE, "import": message.IMPORT}
SLICE = 500
"""So many events are checked before other requests get their turn."""
PIXEL = base64.b64decode(b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SMALL = 4 * 1024
"""Bytes of a call that is looked into although nothing is taken in."""
CONSENT = b"consent"
DONE = b'{"success":true}'
OPENAPI_PATHS = track_paths.DOCUMENT


class Track:
    """The application: keys, admission and clock are what this process has."""

    def __init__(self, ring: KeyRing, admission: Admission, clock: Clock) -> None:
        self.ring, self.admission, self.clock = ring, admission, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every outcome is a status of the wire, none is a stack trace."""
        if scope["method"] == "OPTIONS":
            await wire.preflight(scope, send)
            return
        extra = wire.shared(wire.origin(wire.headers(scope)))
        try:
            status, payload, kind, more = await self._answer(scope, receive)
        except wire.Gone:
            return
        except Refused as refused:
            told = orjson.dumps({"success": False, **refused.document()})
            await wire.answer(send, refused.status, told, [*refused.headers(), *extra])
        else:
            await wire.answer(send, status, payload, [*more, *extra], kind)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes, Any]:
        path, get = scope["path"], scope["method"] == "GET"
        if get and path == track_paths.PIXEL:
            await self._admit(_pixel(scope), None, "live", scope)
            return 200, PIXEL, b"image/gif", [(b"cache-control", b"no-store")]
        if get and track_paths.settings_key(path):
            return (
                200,
                self._settings(scope),
                wire.JSON,
                [(b"cache-control", b"private, max-age=120")],
            )
        if scope["method"] != "POST" or path not in track_paths.POSTS:
            known = path in track_paths.POSTS or path == track_paths.PIXEL
            raise Refused(405 if known else 404, "not_here", "no such path, or not by this method")
        kind, lane = track_paths.POSTS[path]
        if kind == "metrics":
            return 200, DONE, wire.JSON, ()
        try:
            self.admission.check(lane)
        except Overloaded as refusal:
            await self._heed(scope, receive, kind, lane)
            raise _later(refusal) from None
        except Unavailable as refusal:
            raise _later(refusal) from None
        raw = await wire.body(scope, receive, BODIES[lane].size)
        await self._admit(raw, kind, lane, scope)
        return 200, DONE, wire.JSON, ()

    async def _heed(self, scope: Scope, receive: Receive, kind: str | None, lane: str) -> None:
        """Take in what no load excuses from: a small call's withdrawal of consent."""
        length = wire.int_or(wire.headers(scope).get(b"content-length"), SMALL + 1)
        raw = await wire.body(scope, receive, SMALL) if length <= SMALL else b""
        if CONSENT in raw:
            await self._withdraw(await self._parcel(raw, kind, lane, scope))

    async def _withdraw(self, parcel: Parcel) -> None:
        withdrawn = parcel.withdrawn()
        if withdrawn.words:
            with suppress(Unavailable):
                await self.admission.admit(withdrawn, urgent=True)

    async def _admit(self, raw: bytes, kind: str | None, lane: str, scope: Scope) -> None:
        parcel = await self._parcel(raw, kind, lane, scope)
        try:
            await self.admission.admit(parcel)
        except Overloaded as refusal:
            await self._withdraw(parcel)
            raise _later(refusal) from None
        except Unavailable as refusal:
            raise _later(refusal) from None

    async def _parcel(self, raw: bytes, kind: str | None, lane: str, scope: Scope) -> Parcel:
        document, suspect = _document(raw, lane)
        given = wire.headers(scope)
        access = self._access(given, document, lane)
        call = self._call(access, document, lane, given)
        call.suspect = suspect
        events = _events(document, kind, scope["path"])
        held = Parcel(call.site_id, lane, call.received_at)
        for start in range(0, len(events), SLICE):
            pack(events[start : start + SLICE], kind, call, held)
            if start + SLICE < len(events):
                await asyncio.sleep(0)
        return held

    def _access(self, given: dict[bytes, bytes], document: dict[str, Any], lane: str) -> Access:
        secret = wire.credentials(given) or document.get("writeKey")
        access = self.ring.find(secret) if isinstance(secret, str) else None
        if access is None:
            if not self.ring.complete:
                raise wire.starting()
            raise Refused(401, "unknown_key", "no key, or one we do not know", "/writeKey")
        if not access.admits(wire.origin(given)):
            raise Refused(403, "origin", "this key may not be used from this origin")
        if lane == "import" and access.public:
            raise Refused(403, "key_may_not", "importing needs a secret key")
        return access

    def _call(
        self, access: Access, document: dict[str, Any], lane: str, given: dict[bytes, bytes]
    ) -> Call:
        now = self.clock.now()
        batch = "batch" in document
        context = document.get("context") if batch else None
        return Call(
            access.site_id,
            lane,
            now,
            verified=not access.public,
            subject=_subject(access, document, given, now),
            trusts_claims=access.trusts_claims,
            gpc=given.get(b"sec-gpc") == b"1",
            sent_at=_sent(document.get("sentAt")),
            context=context if isinstance(context, dict) else None,
            limits=EVENTS[lane],
        )

    def _settings(self, scope: Scope) -> bytes:
        """Return what the browser client asks first: where to send, and as whom."""
        key = track_paths.settings_key(scope["path"])
        if self.ring.find(key) is None:
            if not self.ring.complete:
                raise wire.starting()
            raise Refused(404, "unknown_key", "no such write key")
        host = wire.headers(scope).get(b"host", b"").decode("latin-1")
        target = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scope.get("scheme", "http")}
        return orjson.dumps({"integrations": {"Segment.io": target}, "plan": {}})


def _document(raw: bytes, lane: str) -> tuple[dict[str, Any], bool]:
    try:
        document, suspect = json.read(raw, BODIES[lane])
    except Malformed as fault:
        status = 413 if fault.code == "too_large" else 400
        raise Refused(status, fault.code, fault.message, fault.at) from None
    if not isinstance(document, dict):
        raise Refused(400, "no_event", "the body must be an object")
    return document, suspect


def _events(document: dict[str, Any], kind: str | None, path: str) -> list[Any]:
    """Return the events of a body; a batch's path takes an object with a list of them."""
    if kind is not None or path == track_paths.PIXEL:
        return [document]
    events = document.get("batch")
    if not isinstance(events, list) or not events:
        raise Refused(400, "no_event", "batch must be a list with an event in it", "/batch")
    return events


def _subject(
    access: Access, document: dict[str, Any], given: dict[bytes, bytes], now: int
) -> str | None:
    header = given.get(b"x-subject-token")
    token = header.decode("latin-1") if header else document.get("token")
    secret = signing.opened(access.sealed) if isinstance(token, str) and access.sealed else None
    if secret is None or not isinstance(token, str):
        return None
    subject = tokens.verify(token, secret, access.slug, now)
    return subject.user_id if subject and subject.may("events") else None


def _sent(text: Any) -> int | None:
    """Return an envelope's sentAt; a bad one corrects nothing and harms no event."""
    try:
        return timestamps.instant(text)
    except (ValueError, OverflowError):
        return None


def _pixel(scope: Scope) -> bytes:
    data = parse_qs(scope["query_string"].decode("latin-1")).get("data", [""])[0]
    text = data.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "malformed", "data must be JSON in base64", "/data") from None


def _later(refusal: Overloaded | Unavailable) -> Refused:
    if isinstance(refusal, Overloaded):
        return Refused(429, "overloaded", "more than we take in", retry_after=refusal.retry_after)
    return Refused(503, "unavailable", "nothing was stored", retry_after=refusal.retry_after)


app = Track(keys.ring, flow.live, clock.system)
"""The application of this process."""
