"""Five times what the workers drain: 429 with Retry-After, memory flat, and then recovery (P5)."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil
import pytest

from personalization.sites.naming import message_id
from tests.acceptance import story
from tests.acceptance.sending import Batch, Client, Ledger, cut, pause, sending
from tests.acceptance.store import Store
from tests.installation import Installation, until

TIMES = 5
CLIENTS, BATCH, EACH = 6, 100, 10
LIMIT = "2"
"""Seconds of backlog this installation takes: the production default is 10."""
FLAT = 1.3


@pytest.mark.slow
def test_some_seconds_of_overload() -> None:
    overloaded(float(os.environ.get("OVERLOAD_SECONDS", "15")))


@pytest.mark.nightly
def test_a_minute_of_overload() -> None:
    overloaded(60)


@dataclass
class Memory:
    """The web process's resident memory: what it was, and the most it came to."""

    process: psutil.Process
    before: int = 0
    most: int = 0

    def look(self) -> None:
        """Look once."""
        self.most = max(self.most, self.process.memory_info().rss)


def overloaded(seconds: float) -> None:
    """Send at five times the measured rate for so long, then see everything come right again."""
    with Installation(BACKLOG_SECONDS=LIMIT) as house:
        site = house.found(segments=story.SEGMENTS)
        held, ledger = Store(house), Ledger()
        client = Client(house.url, site["sk"], ledger)
        rate = drained(held, client, ledger)
        memory = Memory(house.children("uvicorn")[0])
        memory.look()
        memory.before = memory.most
        flood(client, TIMES * rate, seconds, memory)
        refused = ledger.answers[429]
        print(f"drain {rate:.0f}/s, offered {TIMES * rate:.0f}/s, {dict(ledger.answers)}")  # noqa: T201
        print(f"memory {memory.before >> 20} MB, at most {memory.most >> 20} MB")  # noqa: T201
        assert set(ledger.answers) == {200, 429}
        assert ledger.cut == 0
        assert memory.most <= FLAT * memory.before
        held.settle(600)
        until(lambda: accepts(client), 60)
        held.settle(600)
        assert refused > 0
        stored = held.messages(site["site"])
        assert set(stored) == {message_id(name).hex for name in ledger.acknowledged}
        book = held.book(site["site"])
        assert (book["difference"], book["pending"]) == (0, 0)
        assert book["accepted"] == ledger.count
        client.close()


def drained(held: Store, client: Client, ledger: Ledger) -> float:
    """Return how many events a second the workers drain, once the clients have warmed up."""
    part = story.messages(400, EACH, seed=20)
    with sending(client, cut(part, BATCH), 1):
        began = time.monotonic()
    until(lambda: held.pending()["inbox"] == 0, 300)
    assert ledger.count == len(part)
    return len(part) / (time.monotonic() - began)


def flood(client: Client, rate: float, seconds: float, memory: Memory) -> None:
    """Offer batches at a rate, each once, whatever is answered; look at the memory meanwhile."""
    began = time.monotonic()
    batches = offered(rate, seconds)
    take = threading.Lock()

    def send() -> None:
        while True:
            with take:
                number, batch = next(batches, (0, None))
            if batch is None:
                return
            client.ended.wait(max(0.0, began + number * BATCH / rate - time.monotonic()))
            if time.monotonic() > began + 2 * seconds:
                return  # a machine that cannot offer so much has offered what it can
            answer = client.post(batch)
            assert answer is None or answer.status_code == 200 or pause(answer)

    with ThreadPoolExecutor(CLIENTS) as pool:
        work = [pool.submit(send) for _ in range(CLIENTS)]
        until(lambda: memory.look() or all(one.done() for one in work), 4 * seconds + 60)
        for one in work:
            one.result()


def offered(rate: float, seconds: float) -> Iterator[tuple[int, Batch]]:
    """Yield the batches of a flood, each with its number; they differ by their ids."""
    pattern = cut(story.messages(500, EACH, seed=21), BATCH)
    for number in range(int(rate * seconds / BATCH)):
        batch = pattern[number % len(pattern)]
        yield number, [{**m, "messageId": f"f{number}-{n}"} for n, m in enumerate(batch)]


def accepts(client: Client) -> bool:
    """Return whether the installation takes events again."""
    after = [{**message, "messageId": f"after-{n}"} for n, message in enumerate(AFTER)]
    answer = client.post(after)
    return answer is not None and answer.status_code == 200


AFTER = story.messages(2, 5, seed=22)
