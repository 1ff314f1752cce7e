"""Kill -9 of every process, and PostgreSQL's crash, under events: nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import signal

import psutil
import pytest

from personalization.sites.naming import message_id
from tests.acceptance import story
from tests.acceptance.sending import LATER, Client, Ledger, cut, sending
from tests.acceptance.store import Store
from tests.installation import Installation, until

pytestmark = [pytest.mark.django_db(transaction=True)]
VICTIMS = {
    "web": ("uvicorn",),
    "live": ("celery", "live@"),
    "batch": ("celery", "batch@"),
    "scheduler": ("celery", "beat"),
    "broker": ("valkey-server", "broker.sock"),
    "cache": ("valkey-server", "cache.sock"),
}
POSTMASTER = ("/bin/postgres", "-D")
KILLS = 10
CLIENTS, BATCH, EACH = 4, 20, 16
LANES = ("/v1/batch", "/v1/import")
REST = 0.1
"""Seconds a client rests between two batches, so that the kills fall into its work."""


@pytest.mark.slow
def test_processes_killed_ten_times() -> None:
    killed(int(os.environ.get("CRASH_VISITORS", "250")), seed=1)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_processes_killed_ten_times_in_a_longer_run(seed: int) -> None:
    killed(2_000, seed)


@pytest.mark.slow
def test_postgres_crashes() -> None:
    crashed(int(os.environ.get("CRASH_VISITORS", "250")), seed=5)


@pytest.mark.nightly
def test_postgres_crashes_in_a_longer_run() -> None:
    crashed(2_000, seed=6)


def killed(visitors: int, seed: int) -> None:
    """Kill every process at least once, at drawn moments of the messages' arrival."""
    sent = story.messages(visitors, EACH, seed)
    draw = random.Random(seed)
    order = [*VICTIMS, *draw.choices(list(VICTIMS), k=KILLS - len(VICTIMS))]
    draw.shuffle(order)
    moments = sorted(draw.randrange(len(sent) * 9 // 10) for _ in order)
    with Installation(BACKLOG_SECONDS="120") as house:
        site = house.found(segments=story.SEGMENTS)
        held, ledger = Store(house), Ledger()
        client = Client(house.url, site["sk"], ledger)
        with sending(client, cut(sent, BATCH), CLIENTS, REST, LANES):
            for moment, victim in zip(moments, order, strict=True):
                until(lambda: ledger.count >= moment, 300)  # noqa: B023 asked at once
                until(lambda: house.kill(*VICTIMS[victim]), 120)  # noqa: B023 likewise
        client.close()
        held.settle()
        assert set(ledger.answers) <= {200, *LATER}
        is_whole(held, site["site"], ledger, sent)
        found = story.end(held.rows, site["site"])
    agree(found, story.undisturbed(sent))


def crashed(visitors: int, seed: int) -> None:
    """Let PostgreSQL stop as in a crash, again and again, until some clients were refused."""
    sent = story.messages(visitors, EACH, seed)
    moments = [len(sent) * part // 5 for part in (1, 2, 3)]
    with Installation(BACKLOG_SECONDS="120") as house:
        site = house.found(segments=story.SEGMENTS)
        held, ledger = Store(house), Ledger()
        client = Client(house.url, site["sk"], ledger)
        with sending(client, cut(sent, BATCH), CLIENTS, REST, LANES):
            for moment in moments:
                until(lambda: ledger.count >= moment, 300)  # noqa: B023 asked at once
                before = ledger.answers[503]
                until(lambda: crash(house) and ledger.answers[503] > before, 120)  # noqa: B023
        client.close()
        held.settle()
        assert set(ledger.answers) == {200, 503}
        assert ledger.cut == 0
        is_whole(held, site["site"], ledger, sent)
        found = story.end(held.rows, site["site"])
    agree(found, story.undisturbed(sent))


def crash(house: Installation) -> bool:
    """Stop PostgreSQL at once and without a checkpoint; the supervisor starts it again."""
    assert house.process is not None
    for child in house.children(*POSTMASTER):
        if child.ppid() == house.process.pid:
            try:
                child.send_signal(signal.SIGQUIT)
            except psutil.NoSuchProcess:
                continue
    return True


def is_whole(held: Store, site: int, ledger: Ledger, sent: list[dict[str, str]]) -> None:
    """Compare what was acknowledged with what is stored: each once, and the books even."""
    stored = held.messages(site)
    assert set(ledger.acknowledged) == {message["messageId"] for message in sent}
    assert set(stored) == {message_id(name).hex for name in ledger.acknowledged}
    assert set(stored.values()) == {1}
    book = held.book(site)
    assert (book["difference"], book["pending"], book["quarantined"]) == (0, 0, 0)
    assert book["applied"] == len(sent)


def agree(found: story.End, expected: story.End) -> None:
    """Compare two ends of the same messages, part by part."""
    assert found.people == expected.people
    assert set(found.moves) ^ set(expected.moves) == set()
    assert found.moves == expected.moves
    assert found.members == expected.members
