"""One request to somebody else's server: a deadline for all of it, little read, nobody followed."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpcore

from personalization.push import addresses
from personalization.push.addresses import ForbiddenError

DEADLINE = 15.0
"""Seconds for looking up the name, connecting, sending and hearing the answer together."""
KEPT = 1_024
"""Bytes of an answer that are read and kept."""
NONE: Mapping[str, str] = MappingProxyType({})
LONGEST_URL = 2_048


class Answer(NamedTuple):
    """What came of a request: a status, or ``error``, a word out of a few, and no status.

    ``headers`` are by lower-case name.
    """

    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = NONE
    error: str = ""
    ms: int = 0


def fault(url: str) -> str:
    """Return what is wrong with a URL as a place to send to; nothing where it will do.

    >>> fault("https://shop.example/hook"), fault("file:///etc/passwd")
    ('', 'expected a URL that is http or https')
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"expected a URL of at most {LONGEST_URL} plain characters"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "expected a URL that can be read"
    if parts.scheme not in {"http", "https"}:
        return "expected a URL that is http or https"
    if not parts.hostname or parts.username is not None or parts.password is not None or port == 0:
        return "expected a host, without a name or password before it"
    return ""


class Place(NamedTuple):
    """How far a request may go: networks that need not be public, seconds, bytes of the answer."""

    allowed: tuple[str, ...] = ()
    deadline: float = DEADLINE
    most: int = KEPT


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    allowed: Iterable[str] = (),
    deadline: float = DEADLINE,
) -> Answer:
    """Send a body and return the answer; whatever goes wrong is an answer too.

    ``allowed`` are networks that need not be public (tests, or a house's own).
    """
    return ask("POST", url, headers, body, Place(tuple(allowed), deadline))


def ask(method: str, url: str, headers: Mapping[str, str], body: bytes, place: Place) -> Answer:
    """Send one request by any method; no redirect is followed."""
    began = time.monotonic()
    answer = asyncio.run(_within(method, url, headers, body, place))
    return answer._replace(ms=int(1000 * (time.monotonic() - began)))


async def _within(
    method: str, url: str, headers: Mapping[str, str], body: bytes, place: Place
) -> Answer:
    try:
        async with asyncio.timeout(place.deadline):
            return await _asked(method, url, headers, body, place)
    except (TimeoutError, httpcore.TimeoutException):
        return Answer(error="timeout")
    except ForbiddenError:
        return Answer(error="forbidden")
    except httpcore.ConnectError as fault:
        return Answer(error="tls" if isinstance(fault.__cause__, ssl.SSLError) else "unreachable")
    except (httpcore.ProtocolError, httpcore.ReadError, httpcore.WriteError):
        return Answer(error="nonsense")  # hung up politely or by a reset: nothing to be read
    except (OSError, UnicodeError, httpcore.NetworkError):
        return Answer(error="unreachable")


async def _asked(
    method: str, url: str, headers: Mapping[str, str], body: bytes, place: Place
) -> Answer:
    if fault(url):
        raise ForbiddenError(fault(url))
    guarded = Guarded(place.allowed)
    told = {"Host": urlsplit(url).netloc, "Connection": "close", **headers}
    async with (
        httpcore.AsyncConnectionPool(_trust(), network_backend=guarded) as pool,
        pool.stream(method, url, headers=list(told.items()), content=body) as heard,
    ):
        said = {k.lower().decode("latin-1"): v.decode("latin-1") for k, v in heard.headers}
        return Answer(heard.status, await _first(heard.aiter_stream(), place.most), said)


async def _first(parts: AsyncIterator[bytes], most: int) -> bytes:
    """Return the first bytes; the rest is left where it is."""
    read = bytearray()
    async for part in parts:
        read += part[: most - len(read)]
        if len(read) >= most:
            break
    return bytes(read)


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to the very addresses that were looked at; the name is for the certificate only."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = list(allowed)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, *rest: Any, **more: Any
    ) -> httpcore.AsyncNetworkStream:
        """Try every address of a name; ``ForbiddenError`` where one of them is not public."""
        found = await addresses.find(host, port, self._allowed)
        for address in found[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, *rest, **more)
            except httpcore.ConnectError:
                continue
        return await self._inner.connect_tcp(found[-1], port, *rest, **more)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
