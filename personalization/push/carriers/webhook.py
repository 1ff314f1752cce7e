"""Webhooks: a signed request, by Standard Webhooks 1.0; only a 2xx is a yes."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import orjson
from django.conf import settings

from cms_adapters import signatures
from personalization.plant.instants import SECOND, from_datetime
from personalization.push import http
from personalization.push.http import Answer
from personalization.push.registry import Load, Outcome, shelf

LATEST = 86_400
"""Seconds a receiver may ask us to wait at most."""
DIGITS = 9
"""Digits of a number of seconds that are looked at."""
MOST, SHORT, LONG = 20, 60, 200
"""Headers of an answer that are kept, and characters of their names and values."""


class Webhook:
    """``{"url": "https://...", "body": {...}}``."""

    label = "signed request"

    def carry(self, load: Load) -> Outcome:
        """Send it once; 410 says never again, 429 and 503 may say when."""
        body = orjson.dumps(load.payload["body"])
        if not load.secrets:
            return Outcome("dead", "no_secret")
        told = {
            "Content-Type": "application/json",
            "User-Agent": "personalization-server",
            **signatures.headers(load.key, load.now // SECOND, body, load.secrets),
        }
        answer = http.post(load.payload["url"], told, body, settings.OUTGOING_ALLOW)
        return _outcome(answer, load.now)


def _outcome(answer: Answer, now: int) -> Outcome:
    said = answer.body.decode("utf-8", "replace").replace("\0", "�")
    told = (answer.status or None, answer.ms, said)
    return _judged(answer, told, now)._replace(headers=_first(answer.headers))


def _judged(answer: Answer, told: tuple[int | None, int, str], now: int) -> Outcome:
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome("done", "", *told)
    if answer.status == HTTPStatus.GONE:
        return Outcome("dead", "gone", *told)
    if answer.error == "forbidden":
        return Outcome("dead", "forbidden", *told)
    error = answer.error or f"status {answer.status}"
    return Outcome("waiting", error, *told, _pause(answer.headers.get("retry-after", ""), now))


def _first(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the answer's headers as they are kept: so many, cut short."""
    return {k[:SHORT]: v[:LONG] for k, v in list(headers.items())[:MOST]}


def _pause(text: str, now: int) -> int:
    """Return the seconds a Retry-After asks for: a number, or a date."""
    if text.isdecimal() and text.isascii():
        return min(int(text[:DIGITS]), LATEST)
    try:
        seconds = (from_datetime(parsedate_to_datetime(text)) - now) // SECOND
    except (TypeError, ValueError):
        return 0
    return max(0, min(seconds, LATEST))


shelf.put("webhook", Webhook())
