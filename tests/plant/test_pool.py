"""Pages and management calls of a web process share few connections, however many come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import psycopg
import pytest

from personalization.plant import places
from tests.installation import Installation

MOST = 3
AT_ONCE = 60
HELD = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
OWN = 12
"""Connections a web process has besides, for the fast paths."""


@pytest.mark.services
def test_a_crowd_of_calls_waits_for_few_connections_and_is_answered():
    with Installation("services,web", DATABASE_POOL=str(MOST)) as house:
        headers = {"Authorization": f"Bearer {house.found()['mk']}"}

        def ask(number: int) -> int:
            address = f"{house.url}/api/v1/segments/?number={number}"
            return httpx.get(address, headers=headers, timeout=60).status_code

        with ThreadPoolExecutor(AT_ONCE) as people:
            told = list(people.map(ask, range(4 * AT_ONCE)))
        assert set(told) == {200}
        host = quote(str(places.sockets(house.var.resolve())), safe="")
        with psycopg.connect(f"postgresql://personalization@/personalization?host={host}") as own:
            [held] = own.execute(HELD).fetchone()
        assert held <= MOST + OWN
