"""Messages on their way to a running server, over HTTP, as any client sends them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import orjson

PARCEL = 400_000
"""Bytes of one call, below the server's 500 KB."""
PATIENCE = 120
"""So many seconds a server may be away, or not yet know the key, before we give up."""
WAIT = 0.25
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNAUTHORIZED}


class UndeliveredError(Exception):
    """The server would not take the messages."""


class Sender:
    """One connection to one server's import lane; a message sent twice counts once."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def send(self, messages: Iterable[dict[str, Any]]) -> None:
        """Deliver the messages in parcels; raise UndeliveredError after all patience is gone."""
        for parcel in parcels(messages):
            self._deliver(parcel)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _deliver(self, body: bytes) -> None:
        last = "no answer"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self._connection.request("POST", "/v1/import", body, self._headers)
                answer = self._connection.getresponse()
                said = answer.read()
            except (OSError, HTTPException) as fault:
                self._connection.close()
                last = str(fault)
                time.sleep(WAIT)
                continue
            if answer.status == HTTPStatus.OK:
                return
            last = f"{answer.status} {said[:200].decode(errors='replace')}"
            if answer.status not in BUSY:
                break
            time.sleep(_pause(answer))
        raise UndeliveredError(last)


def parcels(messages: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the messages as bodies of batch calls, each below the server's limit."""
    waiting: list[bytes] = []
    size = 0
    for message in messages:
        line = orjson.dumps(message)
        if waiting and size + len(line) > PARCEL:
            yield _body(waiting)
            waiting, size = [], 0
        waiting.append(line)
        size += len(line) + 1
    if waiting:
        yield _body(waiting)


def _body(lines: list[bytes]) -> bytes:
    return b'{"batch":[' + b",".join(lines) + b"]}"


def _pause(answer: HTTPResponse) -> float:
    try:
        return max(WAIT, float(answer.headers.get("Retry-After", "")))
    except ValueError:
        return WAIT
