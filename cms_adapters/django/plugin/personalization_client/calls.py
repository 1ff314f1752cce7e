"""One call to the server: bounded in time and size, never redirected, never raising but Away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

LARGEST = 4_000_000
PATIENCE = 2.0
"""Seconds an editor's page waits for the server at most."""
AGENT = "personalization-client"


class Away(Exception):  # noqa: N818 - a state, not a programming error
    """The server did not answer as it should; ``str()`` says how, for people."""


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """Return the body as an object; ``Away`` for what is none."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Away("the server answered no JSON") from None
        if not isinstance(said, dict):
            raise Away("the server answered no object")
        return said


class _Staying(HTTPRedirectHandler):
    """A redirect would carry the secret key elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = build_opener(_Staying)


def call(
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    patience: float = PATIENCE,
) -> Answer:
    """Send a GET, or with a body a POST, and return what came, whatever its status."""
    if not url.startswith(("https://", "http://")):
        raise Away(f"{url!r} is no address of a server")
    try:
        asked = Request(url, body, {"User-Agent": AGENT, **headers})  # noqa: S310 - checked above
        with _opener.open(asked, timeout=patience) as answer:
            return _read(answer)
    except HTTPError as answer:
        with answer:
            return Answer(answer.code, _lower(dict(answer.headers)), answer.read(LARGEST))
    except (OSError, HTTPException, ValueError) as fault:
        raise Away(f"the server does not answer ({fault})") from None


def _read(answer: HTTPResponse) -> Answer:
    body = answer.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Away("the server answered too much")
    return Answer(answer.status, _lower(dict(answer.headers)), body)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): word for name, word in headers.items()}
