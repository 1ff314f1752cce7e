"""MS Web over HTTP: 8 clients, some batches twice; the books are even at every look (P2, P4)."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from personalization.plant.clock import system
from personalization.plant.instants import SECOND
from personalization.sites.naming import message_id
from tests.acceptance import msweb, store
from tests.acceptance.sending import Client, Ledger, cut, sending
from tests.acceptance.store import Store
from tests.installation import Installation, until

pytestmark = pytest.mark.skipif(not msweb.DATA.exists(), reason="the MS Web data are not here")
CLIENTS, BATCH = 8, 50
THRESHOLDS = (1, 2, 3, 4, 5, 8)
SEGMENTS = {
    f"pages-{n}": {"event": "Page Viewed", "operator": "at_least", "value": n} for n in THRESHOLDS
}


@pytest.mark.slow
def test_some_thousand_visitors() -> None:
    run(int(os.environ.get("MSWEB_VISITORS", "6000")))


@pytest.mark.nightly
def test_all_visitors() -> None:
    run(None)


def run(visitors: int | None) -> None:
    """Send the visits of so many visitors and count them again."""
    seen = msweb.visits(visitors)
    seconds = sum(map(len, seen.values()))
    sent = msweb.messages(seen, system.now() - (seconds + 60) * SECOND)
    batches = cut(sent, BATCH)
    again = random.Random(5).sample(batches, len(batches) // 10)
    everything = [*batches, *again]
    random.Random(6).shuffle(everything)
    with Installation(BACKLOG_SECONDS="30") as house:
        site = house.found(segments=SEGMENTS)
        held, ledger = Store(house), Ledger()
        client = Client(house.url, site["pk"], ledger)
        with sending(client, everything, CLIENTS) as work:
            until(lambda: _is_even(held, site["site"]) and all(one.done() for one in work), 600)
        until(lambda: _is_even(held, site["site"]) and held.is_quiet(), 600)
        client.close()
        _is_whole(held, site["site"], sent, sum(map(len, everything)))
        assert set(ledger.answers) <= {200, 429}
        _agrees(held, site["site"], sent)
        assert store.doctor(house)["books"][0]["difference"] == 0


def _is_even(held: Store, site: int) -> bool:
    """Fail at the first look at which the books are off."""
    book = held.book(site)
    assert book["difference"] == 0, book
    return True


def _is_whole(held: Store, site: int, sent: list[dict[str, Any]], accepted: int) -> None:
    """Compare what is stored with what was sent: each message once, each repeat counted as one."""
    stored = held.messages(site)
    assert set(stored) == {message_id(message["messageId"]).hex for message in sent}
    assert set(stored.values()) == {1}
    book = held.book(site)
    assert book["applied"] == len(sent)
    assert book["accepted"] >= accepted
    assert book["deduplicated"] == book["accepted"] - len(sent)
    assert (book["refused"], book["quarantined"], book["pending"]) == (0, 0, 0)


def _agrees(held: Store, site: int, sent: list[dict[str, Any]]) -> None:
    members = store.members(held.rows, site)
    for pages in THRESHOLDS:
        assert members.get(f"pages-{pages}", set()) == msweb.at_least(sent, pages)
