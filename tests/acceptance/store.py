"""What an installation has stored, looked at from outside over a connection of the test's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import psycopg

from personalization.events.balance import BOOKS, FATES
from tests.installation import Installation, until

Rows = Callable[[str, Sequence[Any]], Sequence[Any]]
Standing = list[tuple[str, str, bool, int]]

WHO = """
SELECT id::text, kind, value, person::text, view::text FROM profiles_identity WHERE site_id = %s
"""
MOVES = """
SELECT m.profile::text, s.slug, m.entered, m.effective_at FROM segments_move m
JOIN (SELECT DISTINCT key, site_id, revision_id FROM segments_definition) d
  ON d.key = m.key AND d.site_id = m.site_id
JOIN segments_segmentrevision r ON r.id = d.revision_id
JOIN segments_segment s ON s.id = r.segment_id AND s.site_id = m.site_id
WHERE m.site_id = %s AND m.superseded_at IS NULL
"""
MEMBERS = """
SELECT m.profile::text, s.slug FROM segments_member m
JOIN (SELECT DISTINCT key, site_id, revision_id FROM segments_definition) d
  ON d.key = m.key AND d.site_id = m.site_id
JOIN segments_segmentrevision r ON r.id = d.revision_id
JOIN segments_segment s ON s.id = r.segment_id AND s.site_id = m.site_id
WHERE m.site_id = %s
"""
PENDING = """
SELECT (SELECT count(*) FROM events_inbox), (SELECT count(*) FROM push_outbox),
 (SELECT count(*) FROM segments_timer WHERE due < extract(epoch FROM now()) * 1000000)
"""


class Store:
    """The PostgreSQL of an installation; every question is a connection, for it may be killed."""

    def __init__(self, house: Installation) -> None:
        ask = "from personalization.plant import places; print(places.database_url())"
        self.url = house.run("-c", ask).strip()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Ask one question."""
        with psycopg.connect(self.url, connect_timeout=10) as connection:
            return connection.execute(statement, values).fetchall()

    def book(self, site: int) -> dict[str, int]:
        """Return the site's counts as of one instant, and by how much they are off."""
        names = ("site", "accepted", *FATES, "pending")
        found = [dict(zip(names, row, strict=True)) for row in self.rows(BOOKS)]
        book = next((one for one in found if one["site"] == site), dict.fromkeys(names, 0))
        told = sum(book[fate] for fate in FATES) + book["pending"]
        return book | {"difference": book["accepted"] - told}

    def pending(self) -> dict[str, int]:
        """Return how much waits: packed rows of events, letters, timers that are due."""
        return dict(zip(("inbox", "outbox", "timers"), self.rows(PENDING)[0], strict=True))

    def is_quiet(self) -> bool:
        """Return whether nothing waits."""
        return not any(self.pending().values())

    def settle(self, seconds: float = 300) -> None:
        """Wait until nothing waits any more."""
        try:
            until(self._is_settled, seconds)
        except AssertionError:
            raise AssertionError(f"still waiting: {self.pending()}") from None

    def _is_settled(self) -> bool:
        try:
            return self.is_quiet()
        except psycopg.OperationalError:
            return False

    def messages(self, site: int) -> Counter[str]:
        """Return how often each message lies in the log, by its id's 32 hex digits."""
        found = self.rows("SELECT message FROM events_log WHERE site_id = %s", [site])
        return Counter(message.hex for (message,) in found)


def names(rows: Rows, site: int) -> dict[str, str]:
    """Return every profile by the people in it: the same words whatever the site's number."""
    held: dict[str, set[str]] = {}
    for _, kind, value, person, view in rows(WHO, [site]):
        held.setdefault(person, set()).add(f"{kind} {value}")
        if view != person:
            held.setdefault(view, set()).add(f"{kind} {value} alone")
    return {profile: ", ".join(sorted(people)) for profile, people in held.items()}


def moves(rows: Rows, site: int) -> Standing:
    """Return the moves that stand: who, segment, entered or left, and when."""
    who = names(rows, site)
    return sorted((who[p], slug, entered, at) for p, slug, entered, at in rows(MOVES, [site]))


def members(rows: Rows, site: int) -> dict[str, set[str]]:
    """Return who is in each segment now."""
    who = names(rows, site)
    found: dict[str, set[str]] = {}
    for profile, slug in rows(MEMBERS, [site]):
        found.setdefault(slug, set()).add(who[profile])
    return found


def doctor(house: Installation) -> dict[str, Any]:
    """Return what the doctor of the installation says; it has found nothing wrong."""
    return dict(orjson.loads(house.run("manage.py", "doctor", "--json")))
