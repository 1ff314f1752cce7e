"""Raw ASGI for the fast paths: a body with deadline and cap, an answer, credentials, origins."""

from __future__ import annotations

import asyncio
import base64
import binascii
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, MutableMapping
from types import coroutine
from typing import Any, TypeVar, cast

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]
Thing = TypeVar("Thing")

SECONDS = 15.0
"""How long a body may take to arrive: a slow sender holds a connection no longer."""
LATE = "the body is late"
"""How a cancellation says that it is ours."""
GZIP = 31
"""zlib's word for: a gzip header, and the largest window."""
JSON = b"application/json"


class Refused(Exception):  # noqa: N818 - an answer, not a programming error
    """A request that is answered with an error: status, code, sentence, field, seconds to wait."""

    def __init__(
        self, status: int, code: str, message: str, at: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.at, self.retry_after = at, retry_after

    def document(self) -> dict[str, Any]:
        """Return the error as the wire says it."""
        return {"error": {"code": self.code, "message": self.message, "at": self.at}}

    def headers(self) -> list[Header]:
        """Return the header that says when to come again, if that makes sense."""
        if self.retry_after is None:
            return []
        return [(b"retry-after", str(self.retry_after).encode())]


def starting() -> Refused:
    """Return the refusal of a process that may not know the key yet: a 4xx is not sent again."""
    return Refused(503, "starting", "not all keys are known yet", retry_after=1)


class Gone(Exception):  # noqa: N818 - nobody is left to answer
    """The client went away before its request was whole."""


def headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the request's headers by lower-case name; of one given twice the last counts."""
    return dict(scope["headers"])


JUDGED_BY = (b"authorization", b"x-api-key", b"origin", b"sec-gpc")
"""Headers that say who asks, from where, and what may be noted of it."""


def judged_by(scope: Scope) -> dict[bytes, bytes]:
    """Return only these headers: a connection that stays open need not keep its cookies."""
    return {name: value for name, value in scope["headers"] if name in JUDGED_BY}


async def body(scope: Scope, receive: Receive, cap: int, seconds: float | None = None) -> bytes:
    """Return the whole body, unzipped; refuse one that is too large or too slow."""
    given, seconds = headers(scope), seconds or SECONDS
    if int_or(given.get(b"content-length"), 0) > cap:
        raise Refused(413, "too_large", f"the body is over {cap} bytes")
    try:
        raw = await in_time(_collected(receive, cap), seconds)
    except TimeoutError:
        raise Refused(408, "too_slow", f"the body took more than {seconds:g} s") from None
    coding = given.get(b"content-encoding", b"identity").strip().lower()
    if coding in (b"", b"identity"):
        return raw
    if coding != b"gzip":
        raise Refused(415, "unknown_encoding", "Content-Encoding may be gzip or nothing")
    return inflated(raw, cap)


async def in_time(work: Coroutine[Any, Any, Thing], seconds: float) -> Thing:
    """Wait for the work, not longer than this; for what is here already no timer is set.

    ``asyncio.timeout`` costs twenty times as much, and even asking for the running task is a call
    of the kernel's.
    """
    try:
        waited = work.send(None)
    except StopIteration as done:
        return cast("Thing", done.value)
    task = asyncio.current_task()
    assert task is not None
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel, LATE)
    try:
        return await _resumed(work, waited)
    except asyncio.CancelledError as end:
        if end.args == (LATE,) and not task.uncancel():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


@coroutine
def _resumed(work: Coroutine[Any, Any, Thing], waited: Any) -> Generator[Any, Any, Thing]:
    """Go on with work that was begun and waits for something, as ``await`` would."""
    try:
        while True:
            try:
                told = yield waited
            except BaseException as fault:  # noqa: BLE001 - whatever it is, it is the work's
                waited = work.throw(fault)
            else:
                waited = work.send(told)
    except StopIteration as done:
        return cast("Thing", done.value)


async def _collected(receive: Receive, cap: int) -> bytes:
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return bytes(_capped(message.get("body", b""), cap))
    parts = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise Gone
        parts += message.get("body", b"")
        _capped(parts, cap)
        if not message.get("more_body"):
            return bytes(parts)
        message = await receive()


def _capped(part: bytes | bytearray, cap: int) -> bytes | bytearray:
    if len(part) > cap:
        raise Refused(413, "too_large", f"the body is over {cap} bytes")
    return part


def inflated(raw: bytes, cap: int) -> bytes:
    """Return what one gzip member holds, without ever holding more than the cap."""
    machine = zlib.decompressobj(GZIP)
    try:
        whole = machine.decompress(raw, cap + 1)
    except zlib.error:
        raise Refused(400, "malformed", "the body is not gzip") from None
    _capped(whole, cap)
    if not machine.eof or machine.unused_data:
        raise Refused(400, "malformed", "the gzip body is cut off or has something behind it")
    return whole


def is_held(given: dict[bytes, bytes], tag: bytes) -> bool:
    """Return whether the asker has the answer of this ETag: one of a list, weak ones alike.

    Source: RFC 9110, 13.1.2.

    >>> is_held({b"if-none-match": b'"1", W/"2"'}, b'"2"'), is_held({}, b'"2"')
    (True, False)
    """
    held = [one.strip() for one in given.get(b"if-none-match", b"").split(b",")]
    return held == [b"*"] or tag in [one.removeprefix(b"W/") for one in held]


def int_or(text: bytes | None, otherwise: int) -> int:
    """Return an ASCII number, or the other value where it is none."""
    return int(text) if text and text.isdigit() and len(text) < len(b"0" * 19) else otherwise


async def answer(
    send: Send, status: int, payload: bytes, extra: Iterable[Header] = (), kind: bytes = JSON
) -> None:
    """Send a whole answer."""
    head = [(b"content-type", kind), (b"content-length", str(len(payload)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": payload})


async def refuse(send: Send, refused: Refused, extra: Iterable[Header] = ()) -> None:
    """Send the answer of a refused request in our own shape."""
    found = [*refused.headers(), *extra]
    await answer(send, refused.status, orjson.dumps(refused.document()), found)


def credentials(given: dict[bytes, bytes]) -> str | None:
    """Return the key in the headers: Bearer, the user name of Basic, or X-API-Key."""
    scheme, _, rest = given.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer":
        return rest.strip().decode("latin-1") or None
    if scheme.lower() == b"basic":
        return _user(rest)
    key = given.get(b"x-api-key")
    return key.decode("latin-1") if key else None


def _user(encoded: bytes) -> str | None:
    try:
        pair = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        return None
    return pair.partition(b":")[0].decode("latin-1") or None


def origin(given: dict[bytes, bytes]) -> str | None:
    """Return the page's origin, where a browser says it."""
    found = given.get(b"origin")
    return found.decode("latin-1") if found else None


def shared(page: str | None) -> list[Header]:
    """Return the headers that let a page of this origin read the answer (nobody asked: none)."""
    if page is None:
        return []
    return [
        (b"access-control-allow-origin", page.encode("latin-1")),
        (b"access-control-expose-headers", b"Retry-After, ETag"),
        (b"vary", b"Origin"),
    ]


ASKED = (
    b"Authorization, Content-Type, X-API-Key, X-Retry-Count, X-Subject-Token, If-None-Match, "
    b"Last-Event-ID"
)
PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", ASKED),
    (b"access-control-max-age", b"7200"),
)


async def preflight(scope: Scope, send: Send) -> None:
    """Answer a browser's question whether it may ask; the request itself is judged by its key."""
    page = origin(headers(scope))
    await send(
        {"type": "http.response.start", "status": 204, "headers": [*shared(page), *PREFLIGHT]}
    )
    await send({"type": "http.response.body", "body": b""})
