"""How fast one web process acknowledges batches, against the raw packed insert of the same rows."""

from __future__ import annotations

import asyncio
import base64
import os
import time
import uuid

import httpx
import orjson
import psycopg

from benchmarks.ground import django, installed, say
from tests.installation import until

SECONDS = float(os.environ.get("SECONDS", "4"))
CONNECTIONS, BATCH, BODIES = 32, 100, 64
FOR_EVER = str(10**9)


def event(number: int) -> dict:
    """Return a page-like event of about 400 bytes."""
    return {
        "type": "track",
        "event": "Product Viewed",
        "anonymousId": str(uuid.uuid4()),
        "messageId": str(uuid.uuid4()),
        "timestamp": "2026-11-21T09:00:00.123Z",
        "properties": {
            "product_id": f"p{number}",
            "category": "shoes",
            "price": 19.99,
            "quantity": 1,
        },
        "context": {
            "library": {"name": "bench", "version": "1"},
            "page": {"path": "/a/b", "title": "A page", "url": "https://shop.example/a/b"},
        },
    }


def bodies() -> list[bytes]:
    """Return different batches; sent again and again, since a repeat costs admission the same."""
    return [orjson.dumps({"batch": [event(n) for n in range(BATCH)]}) for _ in range(BODIES)]


class Load:
    """Clients that send the next batch when the last is acknowledged."""

    def __init__(self, key: str, sent: list[bytes], port: int) -> None:
        basic = base64.b64encode(f"{key}:".encode()).decode()
        head = f"POST /v1/batch HTTP/1.1\r\nHost: b\r\nAuthorization: Basic {basic}\r\n"
        self.requests = [f"{head}Content-Length: {len(b)}\r\n\r\n".encode() + b for b in sent]
        self.acknowledged, self.waits, self.until, self.port = 0, [], 0.0, port

    async def run(self, seconds: float) -> float:
        """Send for so many seconds; return events acknowledged a second."""
        self.acknowledged, self.waits = 0, []
        start = time.perf_counter()
        self.until = start + seconds
        await asyncio.gather(*(self._client(number) for number in range(CONNECTIONS)))
        return self.acknowledged / (time.perf_counter() - start)

    async def _client(self, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while time.perf_counter() < self.until:
            start = time.perf_counter()
            writer.write(self.requests[number % BODIES])
            number += 1
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert b" 200 " in head.split(b"\r\n")[0], head
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
            self.acknowledged += BATCH
            self.waits.append(time.perf_counter() - start)
        writer.close()


def raw(sent: list[bytes]) -> float:
    """Insert the same packed rows with nothing around; return events a second."""
    from personalization.events import packing
    from personalization.events.message import Call
    from personalization.events.parcel import Parcel, pack
    from personalization.flows import admission

    parcels = []
    for body in sent[:CONNECTIONS]:
        parcels.append(Parcel(1, "live", 0))
        pack(orjson.loads(body)["batch"], None, Call(1, "live", 10**15), parcels[-1])
    columns = [list(column) for column in zip(*packing.rows(parcels), strict=True)]
    done, start = 0, time.perf_counter()
    with psycopg.connect(admission.url(), autocommit=True) as connection:
        while time.perf_counter() - start < SECONDS:
            connection.execute(packing.INBOX, columns)
            done += CONNECTIONS * BATCH
    return done / (time.perf_counter() - start)


def main() -> None:
    """Measure both in one run, and say the ratio."""
    installation = installed("services,web", BACKLOG_SECONDS=FOR_EVER)
    django()
    from personalization.sites import keys
    from personalization.sites.models import Site

    _, key = keys.mint(Site.objects.create(slug="bench", name="Bench"), "pk")
    sent = bodies()
    url, basic = f"{installation.url}/v1/batch", (key, "")
    until(lambda: httpx.post(url, content=sent[0], auth=basic).status_code == 200)
    load, process = Load(key, sent, installation.port), installation.children("uvicorn")[0]
    asyncio.run(load.run(1))
    before = process.cpu_times()
    rate = asyncio.run(load.run(SECONDS))
    after, waits = process.cpu_times(), sorted(load.waits)
    spent = after.user + after.system - before.user - before.system
    bound = raw(sent)
    say(
        "ingest",
        events_per_second=rate,
        raw_packed_insert=bound,
        ratio=rate / bound,
        microseconds_of_cpu=spent / load.acknowledged * 1e6,
        share_of_a_core=spent / SECONDS,
        p50_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[int(len(waits) * 0.99)] * 1000,
        bytes_an_event=len(sent[0]) // BATCH,
        connections=CONNECTIONS,
    )


if __name__ == "__main__":
    main()
