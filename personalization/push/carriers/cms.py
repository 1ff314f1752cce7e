"""Reading from a CMS: the call its adapter made, and what the adapter reads in the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings

from cms_adapters.messages import Call, Later, Rejected, Response, Unreadable
from personalization.push import http
from personalization.push.http import Place
from personalization.push.registry import Load, Outcome, shelf

MOST = 8 * 1024 * 1024
"""Bytes of the largest answer that is read."""
SAID = 300
UNREADABLE = "unreadable"
"""The word for an answer that was no content: a wrong token, an error page."""


class Cargo(NamedTuple):
    """What is asked, when, and how the answer is read; it holds the CMS's token, so no row does."""

    call: Call
    read: Callable[[Response], Any]
    asked: int


class Cms:
    """A read from a CMS; what to ask is put together before each attempt."""

    label = "read from a CMS"

    def carry(self, load: Load) -> Outcome:
        """Ask once; Retry-After is obeyed, what is no content is asked for again."""
        if not isinstance(load.cargo, Cargo):
            return Outcome("dead", "unaskable")
        call = load.cargo.call
        headers = {"User-Agent": "personalization-server", "Accept": "application/json"}
        place = Place(tuple(settings.OUTGOING_ALLOW), most=MOST)
        answer = http.ask(call.method, call.url, headers | dict(call.headers), call.body, place)
        told = (answer.status or None, answer.ms)
        if answer.error:
            state = "dead" if answer.error == "forbidden" else "waiting"
            return Outcome(state, answer.error, *told)
        if len(answer.body) >= MOST:
            return Outcome("waiting", "too_large", *told)
        try:
            found = load.cargo.read(Response(answer.status, answer.body, answer.headers))
        except Later as later:
            return Outcome("waiting", "later", *told, not_before=later.seconds)
        except (Unreadable, Rejected) as fault:
            return Outcome("waiting", UNREADABLE, *told, str(fault)[:SAID])
        return Outcome("done", "", *told, found=found)


shelf.put("cms", Cms())
