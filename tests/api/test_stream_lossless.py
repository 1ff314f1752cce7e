"""Nothing is lost on the stream, whatever is dropped: random updates, clients and subscriptions."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress

import httpx
import pytest
import redis
import websockets

from personalization.plant import places
from tests.api.sockets import away, connect, happen, subscription
from tests.api.stage import identify
from tests.waiting import until_async


class Client:
    """A visitor's page that goes away and comes back with the cursor it had."""

    def __init__(self, stage, web, device, lot):
        self.stage, self.web, self.device, self.lot = stage, web, device, lot
        self.cursor, self.shown, self.wire = None, "", None
        self.seen, self.drops = [], 0

    async def live(self):
        while True:
            with suppress(OSError, websockets.ConnectionClosed, TimeoutError):
                async with connect(self.web) as self.wire:
                    more = {"cursor": self.cursor} if self.cursor else {}
                    await self.wire.send(json.dumps(subscription(self.stage, self.device, **more)))
                    async for text in self.wire:
                        await self.hear(json.loads(text))

    async def hear(self, told):
        self.cursor = told["cursor"]
        decisions = told.get("decisions", [])
        if told["type"] == "reset":
            asked = {"key": self.stage.pk, "slots": ["hero"], "anonymousId": self.device}
            async with httpx.AsyncClient(base_url=self.web.url, timeout=30) as client:
                decisions = (await client.post("/v1/decide", json=asked)).json()["decisions"]
        for one in decisions:
            self.shown = one["content"]["text"]
            self.seen.append(self.shown)

    def drop(self):
        if self.wire is not None:
            self.drops += 1
            self.wire.transport.abort()


def named(device, number):
    traits = {"plan": "pro", "name": f"{number:06}"}
    return {**identify("", traits), "userId": None, "anonymousId": device}


async def weather(clients, lot, kills):
    """Tear a client's line every now and then, and the server's own subscriptions."""
    with redis.Redis.from_url(places.cache_url()) as cache:
        while True:
            await asyncio.sleep(lot.uniform(0, 0.1))
            lot.choice(clients).drop()
            if lot.random() < kills:
                await asyncio.to_thread(cache.execute_command, "CLIENT", "KILL", "TYPE", "pubsub")


async def storm(stage, web, people, updates, kills):
    """Let so many updates happen in bad weather; return how many drops there were."""
    lot = random.Random(11)
    clients = [Client(stage, web, f"lossless-{n}", lot) for n in range(people)]
    tasks = [asyncio.create_task(client.live()) for client in clients]
    await until_async(lambda: all(client.shown for client in clients), 120)
    bad = asyncio.create_task(weather(clients, lot, kills))
    last, number = {}, 0
    while number < updates:
        batch = []
        for client in lot.sample(clients, min(people, updates - number)):
            number += 1
            last[client.device] = f"Hello {number:06}"
            batch.append(named(client.device, number))
        await happen(stage, *batch)
    bad.cancel()
    await until_async(
        lambda: all(one.shown == last.get(one.device, one.shown) for one in clients), 60
    )
    for task in (*tasks, bad):
        task.cancel()
    await asyncio.gather(*tasks, bad, return_exceptions=True)
    for client in clients:
        told = [text for text in client.seen if text.startswith("Hello")]
        assert told == sorted(told), "an older state came after a newer one"
    shown = await away(web.decide, stage.pk, anonymousId=clients[0].device)
    assert shown["decisions"][0]["content"]["text"] == clients[0].shown
    return sum(client.drops for client in clients)


async def test_updates_in_bad_weather_all_arrive(stage, web):
    assert await storm(stage, web, people=10, updates=200, kills=0.2) > 0


@pytest.mark.nightly
async def test_ten_thousand_updates_in_bad_weather_all_arrive(stage, web):
    assert await storm(stage, web, people=100, updates=12_000, kills=0.05) > 0
