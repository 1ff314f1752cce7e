"""Admission as the house runs it: events to the inbox, consent to the ledger and the bell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo

from personalization.events.admission import Admission
from personalization.events.parcel import Word
from personalization.plant import clock
from personalization.profiles import ledger

RING = """
INSERT INTO push_outbox (site_id, kind, subject, payload, written_at)
SELECT site, 'consent', subject, payload, %b::bigint
FROM unnest(%b::int[], %b::text[], %b::bytea[]) AS o (site, subject, payload)
"""


async def consent(connection: AsyncConnection[Any], words: Sequence[Word]) -> None:
    """Write what was said to the ledger, and ring for whom it changed, in one transaction."""
    changed = await ledger.record(connection, words)
    if not changed:
        return
    letters = [
        orjson.dumps({"identity": who.identity, "consent": who.consent, "at": who.at})
        for who in changed
    ]
    columns = [[who.site_id for who in changed], [who.identity for who in changed], letters]
    await connection.execute(RING, [clock.system.now(), *columns])


def url() -> str:
    """Return where Django's database is, for a connection of our own."""
    database: dict[str, Any] = settings.DATABASES["default"]
    names = {
        "host": "HOST",
        "port": "PORT",
        "user": "USER",
        "password": "PASSWORD",
        "dbname": "NAME",
    }
    known = {name: str(database[key]) for name, key in names.items() if database.get(key)}
    options = {key: value for key, value in database.get("OPTIONS", {}).items() if key != "pool"}
    return make_conninfo(**known, **options)


live = Admission(url(), clock.system, consent)
"""This process's admission; it connects when it is first needed."""
