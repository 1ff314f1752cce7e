"""Clients that send batches over HTTP until each is acknowledged, and a ledger of what was said."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

import httpx
import orjson

logging.getLogger("httpx").setLevel(logging.WARNING)
PATIENCE = 300
"""Seconds a batch is sent again before the test gives up."""
LATER = {429, 503}
"""The only answers that may ask a client to come again."""

Batch = Sequence[dict[str, Any]]


@dataclass
class Ledger:
    """What the clients were told: ids that were acknowledged, and every answer by its status."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    cut: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, batch: Batch) -> None:
        """Write one answer down."""
        with self.lock:
            self.answers[status] += 1
            if status == 200:
                self.acknowledged.update(message["messageId"] for message in batch)

    def lost(self) -> None:
        """Write down that a call got no answer at all."""
        with self.lock:
            self.cut += 1

    @property
    def count(self) -> int:
        """How many events were acknowledged so far, repeats included."""
        with self.lock:
            return self.acknowledged.total()


class Client:
    """One key's way into an installation."""

    def __init__(self, url: str, key: str, ledger: Ledger) -> None:
        self.ledger = ledger
        self.key = key
        self.ended = threading.Event()
        self.http = httpx.Client(base_url=url, timeout=60, auth=(key, ""))

    def post(self, batch: Batch, path: str = "/v1/batch") -> httpx.Response | None:
        """Send a batch once; no answer is None."""
        content = orjson.dumps({"batch": batch})
        headers = {"content-type": "application/json"}
        try:
            answer = self.http.post(path, content=content, headers=headers)
        except httpx.TransportError:
            self.ledger.lost()
            return None
        self.ledger.note(answer.status_code, batch)
        return answer

    def deliver(self, batch: Batch, path: str = "/v1/batch") -> None:
        """Send a batch until it is acknowledged, as often as we are asked to come again."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self.ended.is_set():
            answer = self.post(batch, path)
            if answer is not None and answer.status_code == 200:
                return
            self.ended.wait(0.1 if answer is None else pause(answer))
        raise AssertionError("a batch was not acknowledged")

    def paced(self, batch: Batch, path: str, seconds: float) -> None:
        """Deliver a batch, then rest a little, as a client does that has no more at present."""
        self.deliver(batch, path)
        self.ended.wait(seconds)

    def close(self) -> None:
        """Send no more."""
        self.ended.set()
        self.http.close()


def pause(answer: httpx.Response) -> float:
    """Return for how long a refusal asks us to wait; nothing else may refuse."""
    assert answer.status_code in LATER, answer.text
    seconds = float(answer.headers["retry-after"])
    assert seconds > 0
    return seconds


@contextmanager
def sending(
    client: Client,
    batches: Iterable[Batch],
    clients: int,
    rest: float = 0.0,
    paths: Sequence[str] = ("/v1/batch",),
) -> Iterator[list[Any]]:
    """Send the batches from so many threads while the block runs; leaving it waits for them."""
    ways = cycle(paths)
    with ThreadPoolExecutor(clients) as pool:
        work = [pool.submit(client.paced, batch, next(ways), rest) for batch in batches]
        try:
            yield work
            for one in work:
                one.result()
        except BaseException:
            client.ended.set()
            raise


@contextmanager
def flooding(
    client: Client, pattern: Sequence[Batch], wanted: Callable[[], bool], clients: int = 3
) -> Iterator[None]:
    """Send a pattern over and over, with new ids, whenever more is wanted, while the block runs."""
    ended = threading.Event()
    numbers = count()

    def send() -> None:
        while not ended.is_set():
            if wanted():
                number = next(numbers)
                batch = pattern[number % len(pattern)]
                client.deliver([{**m, "messageId": f"f{number}-{n}"} for n, m in enumerate(batch)])
            else:
                ended.wait(0.02)

    with ThreadPoolExecutor(clients) as pool:
        work = [pool.submit(send) for _ in range(clients)]
        try:
            yield
        finally:
            ended.set()
        for one in work:
            one.result()


def cut(messages: Sequence[dict[str, Any]], size: int) -> list[Batch]:
    """Return the messages in batches of a size."""
    return [messages[start : start + size] for start in range(0, len(messages), size)]
