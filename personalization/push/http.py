"""One request to somebody else's server: a deadline for all of it, little read, nobody followed."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import httptools

from personalization.push import addresses
from personalization.push.addresses import ForbiddenError

DEADLINE = 15.0
"""Seconds for looking up the name, connecting, sending and hearing the answer together."""
KEPT = 1_024
"""Bytes of an answer that are read and kept."""
LONGEST_HEAD = 32_768
LONGEST_URL = 2_048


class Answer(NamedTuple):
    """What came of a request: a status, or ``error``, a word out of a few, and no status."""

    status: int = 0
    body: bytes = b""
    retry_after: str = ""
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
    began = time.monotonic()
    answer = asyncio.run(_within(deadline, url, headers, body, list(allowed)))
    return answer._replace(ms=int(1000 * (time.monotonic() - began)))


async def _within(
    deadline: float, url: str, headers: Mapping[str, str], body: bytes, allowed: list[str]
) -> Answer:
    try:
        async with asyncio.timeout(deadline):
            return await _asked(url, headers, body, allowed)
    except TimeoutError:
        return Answer(error="timeout")
    except ForbiddenError:
        return Answer(error="forbidden")
    except ssl.SSLError:
        return Answer(error="tls")
    except (OSError, UnicodeError):
        return Answer(error="unreachable")
    except (httptools.HttpParserError, ValueError, EOFError):
        return Answer(error="nonsense")


async def _asked(url: str, headers: Mapping[str, str], body: bytes, allowed: list[str]) -> Answer:
    if fault(url):
        raise ForbiddenError(fault(url))
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    found = await addresses.find(host, port, allowed)
    reader, writer = await _connected(found, port, _trust() if secure else None, host)
    try:
        writer.write(_head(parts, headers, len(body)) + body)
        await writer.drain()
        return await _read(reader)
    finally:
        writer.transport.abort()


async def _connected(
    found: list[str], port: int, trust: ssl.SSLContext | None, host: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the first address that answers; the name is only asked for in the certificate."""
    for address in found[:-1]:
        try:
            return await _open(address, port, trust, host)
        except ssl.SSLError:
            raise
        except OSError:
            continue
    return await _open(found[-1], port, trust, host)


async def _open(
    address: str, port: int, trust: ssl.SSLContext | None, host: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    name = host if trust else None
    return await asyncio.open_connection(address, port, ssl=trust, server_hostname=name)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _head(parts: SplitResult, headers: Mapping[str, str], size: int) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    own = {"Host": host, "Connection": "close", "Content-Length": str(size)}
    lines = [f"{name}: {value}" for name, value in {**own, **headers}.items()]
    if any(sign in line for line in [path, *lines] for sign in "\r\n"):
        raise ForbiddenError("a header of more than one line")
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")


class _Heard:
    """What httptools tells of an answer while it is read."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.retry_after = ""
        self.headed = self.whole = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self.retry_after = value.decode("latin-1")[:40]

    def on_headers_complete(self) -> None:
        self.headed = True

    def on_body(self, part: bytes) -> None:
        self.body += part[: KEPT - len(self.body)]

    def on_message_complete(self) -> None:
        self.whole = True


async def _read(reader: asyncio.StreamReader) -> Answer:
    """Read the status, the headers and the first bytes; the rest is left where it is."""
    heard = _Heard()
    parser = httptools.HttpResponseParser(heard)
    read = 0
    while not heard.whole and len(heard.body) < KEPT:
        part = await reader.read(4_096)
        read += len(part)
        if not part or (not heard.headed and read > LONGEST_HEAD):
            break
        parser.feed_data(part)
    if not heard.headed:
        raise EOFError
    return Answer(parser.get_status_code(), bytes(heard.body), heard.retry_after)
