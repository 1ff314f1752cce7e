"""The outbox: everything that leaves is a row, written in the transaction that caused it."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from personalization.plant import sql


class Letter(NamedTuple):
    """One row of the outbox, read back."""

    id: int
    site: int
    kind: str
    subject: str
    payload: dict[str, Any]


WRITE = """
INSERT INTO push_outbox (site_id, kind, subject, payload, written_at)
VALUES (%s, %s, %s, %b, %s) RETURNING id
"""
NEWS = "news"
"""The kind that is not sent to the cache: it becomes the site's feed, see ``news``."""
WAITING = """
SELECT id, site_id, kind, subject, payload FROM push_outbox
WHERE kind <> 'news' AND (written_at <= %s OR written_at > %s OR kind = ANY(%s))
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
LETTERS = """
SELECT id, site_id, subject, payload FROM push_outbox WHERE kind = 'news' ORDER BY id LIMIT %s
FOR UPDATE
"""


def write(site: int, kind: str, subject: str, payload: dict[str, Any], now: int) -> Letter:
    """Put one letter into the outbox; it leaves after the running transaction has committed."""
    ((pk,),) = sql.rows(WRITE, [site, kind, subject, orjson.dumps(payload), now])
    return Letter(pk, site, kind, subject, payload)


URGENT = ["consent", "generation"]
"""Kinds that no transaction of the drain sends itself, and that must not wait for the sweep."""


def waiting(now: int, age: int, limit: int) -> list[Letter]:
    """Return letters older than ``age`` microseconds, and urgent ones, locked till commit.

    One from the future was written before the clock was set back: it has waited long enough.
    """
    return [
        Letter(pk, site, kind, subject, orjson.loads(bytes(payload)))
        for pk, site, kind, subject, payload in sql.rows(WAITING, [now - age, now, URGENT, limit])
    ]


def news(limit: int) -> list[Letter]:
    """Return the oldest letters of news, locked till commit; one process at a time may ask."""
    return [
        Letter(pk, site, NEWS, subject, orjson.loads(bytes(payload)))
        for pk, site, subject, payload in sql.rows(LETTERS, [limit])
    ]


def done(letters: list[Letter]) -> None:
    """Delete letters that have left; a crash may forget it, and they leave once more."""
    sql.run("SET LOCAL synchronous_commit = off")
    sql.run("DELETE FROM push_outbox WHERE id = ANY(%s)", [[letter.id for letter in letters]])


def drop(letters: list[Letter]) -> None:
    """Delete letters whose effects are rows of the same transaction: both last, or neither."""
    sql.run("DELETE FROM push_outbox WHERE id = ANY(%s)", [[letter.id for letter in letters]])
