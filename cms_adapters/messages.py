"""What goes between a CMS and us, as plain values: an adapter never opens a socket.

Instants are integer microseconds UTC. Header names are in lower case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

DAY = 86_400
NOTHING: Mapping[str, str] = {}
FOUND, NOT_ALLOWED, FORBIDDEN, MISSING, GONE, BUSY, AWAY = 200, 401, 403, 404, 410, 429, 503


class Rejected(Exception):  # noqa: N818 - an answer, not a programming error
    """A webhook that is not taken: ``code`` is unsigned, signature, stale or malformed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Later(Exception):  # noqa: N818 - an answer, not a programming error
    """The CMS is busy or away: come again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"come again in {seconds} s")
        self.seconds = seconds


class Unreadable(Exception):  # noqa: N818 - an answer, not a programming error
    """The CMS answered what is no content: a wrong token, an error, another program's page."""


@contextmanager
def reading(expected: str) -> Iterator[None]:
    """Raise ``Unreadable`` with what was expected where an answer has another shape.

    >>> try:
    ...     with reading("an entry"): {}["id"]
    ... except Unreadable as fault: print(fault)
    expected an entry: KeyError('id')
    """
    try:
        yield
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as fault:
        raise Unreadable(f"expected {expected}: {fault!r:.80}") from None


def segment(name: str) -> str:
    """Return a name as one part of an address; ``Rejected`` for one that would lead elsewhere.

    >>> segment("a/b?c")
    'a%2Fb%3Fc'
    """
    if name in ("", ".", ".."):
        raise Rejected("malformed", f"expected the id of an entry, not {name!r}")
    try:
        return quote(name, safe="")
    except UnicodeEncodeError:
        raise Rejected("malformed", f"expected an id of characters, not {name!a:.80}") from None


def word(said: object, name: str) -> str:
    """Return a word of a hint, empty where there is none; ``Rejected`` for what is no word.

    >>> word("en", "locale"), word(7, "id"), word(None, "kind")
    ('en', '7', '')
    """
    if said is None:
        return ""
    if isinstance(said, bool) or not isinstance(said, str | int):
        raise Rejected("malformed", f"expected a text or a whole number in {name}")
    return str(said)


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook as it came: ``path`` with its query, as the sender signed it; the raw body."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    def json(self) -> dict[str, Any]:
        """Return the body as an object; ``Rejected`` with the code malformed for what is none.

        >>> Request("/hooks/1", {}, b'{"type": "ping"}').json()
        {'type': 'ping'}
        """
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Rejected("malformed", "expected a body of JSON") from None
        if not isinstance(said, dict):
            raise Rejected("malformed", "expected a JSON object")
        return said


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is to be sent to the CMS."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What the CMS answered to a call."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the body of a 200; otherwise raise what it means.

        ``Later`` for 429 and 503, with the seconds of Retry-After or 60, a day at most;
        ``Unreadable`` for all other statuses and for a body that is no JSON.

        >>> Response(200, b"[1]").json()
        [1]
        >>> try: Response(429, headers={"retry-after": "7"}).json()
        ... except Later as later: later.seconds
        7
        """
        if self.status in (BUSY, AWAY):
            raise Later(_seconds(self.headers))
        if self.status != FOUND:
            raise Unreadable(f"the CMS answered {self.status}")
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unreadable("the CMS answered no JSON") from None


def _seconds(headers: Mapping[str, str]) -> int:
    """Return how long a CMS asks us to wait; a date is meant by the CMS's own clock."""
    told = headers.get("retry-after", "")
    if told.isdecimal() and len(told) < len("999999999"):
        return min(int(told), DAY)
    try:
        until, now = (parsedate_to_datetime(text) for text in (told, headers.get("date", "")))
        return max(0, min(int((until - now).total_seconds()), DAY))
    except (TypeError, ValueError):
        return 60


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry that a webhook is about. A hint: what is so is read from the CMS afterwards.

    ``kind`` is the CMS's type of content, ``locale`` empty where the hint names none, ``gone``
    says that it was unpublished or deleted.
    """

    external_id: str
    kind: str = ""
    locale: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One entry in one locale, as the CMS has it now, in our words.

    ``version`` grows with every change of the entry, whatever the CMS counts with; an item is kept
    only where it is newer than the one held. ``html`` is None where the entry has no body of HTML.
    """

    external_id: str
    kind: str
    locale: str
    version: int
    published: bool
    title: str
    fields: Mapping[str, Any]
    html: str | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of all there is: items, entries that are no more, and where to go on; None at the end.

    ``resume`` is where a later sync begins, for a CMS that tells what changed since; ``unread``
    says of entries why they could not be read.
    """

    items: tuple[Item, ...]
    gone: tuple[Reference, ...] = ()
    next: str | None = None
    resume: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One CMS as it was configured: its address, our token for it, the secrets of its webhooks.

    ``options`` are the adapter's own words, each documented in its file. Several secrets are live
    while one is being replaced.
    """

    url: str
    token: str = ""
    secrets: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    def listed(self, name: str, otherwise: str = "") -> list[str]:
        """Return an option that is a list with commas.

        >>> Source("", options={"types": "posts, pages"}).listed("types")
        ['posts', 'pages']
        """
        said = self.options.get(name) or otherwise
        return [part.strip() for part in said.split(",") if part.strip()]

    def at(self, path: str) -> str:
        """Return an address below the CMS's own.

        >>> Source("https://cms.example/").at("/items/1")
        'https://cms.example/items/1'
        """
        return self.url.rstrip("/") + path

    def bearer(self) -> dict[str, str]:
        """Return the header that carries our token, if there is one."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}
