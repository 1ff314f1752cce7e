"""Ten thousand WebSockets on one web process: what each weighs, how fast all of them hear."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

import httpx
import orjson
import psutil
import redis

from benchmarks.ground import django, installed, say
from benchmarks.push import SITE
from tests.installation import ROOT, until

SOCKETS = int(os.environ.get("SOCKETS", "10000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
AT_ONCE = 200
"""Connections that are opened at once."""
UPGRADE = (
    b"GET /v1/stream HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: personalization.v1\r\n\r\n"
)
TEXT, PING, PONG, MASKED, SHORT = 0x81, 0x89, 0x8A, 0x80, 126


def frame(message: dict[str, Any]) -> bytes:
    """Return a message as a client's frame, masked with nothing."""
    text = orjson.dumps(message)
    head = bytes((TEXT, MASKED | SHORT)) + len(text).to_bytes(2, "big")
    return head + bytes(4) + text


class Wire(asyncio.Protocol):
    """One socket that counts the messages it gets."""

    def __init__(self, told: Told, message: dict[str, Any]) -> None:
        self.told, self.message = told, message
        self.rest = b""
        self.upgraded = False
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Ask for the upgrade."""
        self.transport = transport
        transport.write(UPGRADE)

    def data_received(self, data: bytes) -> None:
        """Take in a part of the answer or of some frames."""
        data = self.rest + data
        if not self.upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.rest = head
                return
            assert b"101" in head[:16], head
            self.upgraded = True
            self.transport.write(frame(self.message))
            self.open.set_result(None)
        self.rest = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        while len(data) > 3:
            size, start = data[1], 2
            if size >= SHORT:
                start = 4 if size == SHORT else 10
                size = int.from_bytes(data[2:start], "big")
            if len(data) < start + size:
                break
            if data[0] == PING:
                pong = bytes((PONG, MASKED | size)) + bytes(4) + data[start : start + size]
                self.transport.write(pong)
            else:
                self.told.note(is_text=data[0] == TEXT)
            data = data[start + size :]
        return data


class Told:
    """How many messages came, and when the last of those that are waited for."""

    def __init__(self) -> None:
        self.count, self.gone, self.last = 0, 0, 0.0

    def note(self, *, is_text: bool) -> None:
        """Note a message, or the end of a socket."""
        if not is_text:
            self.gone += 1
            return
        self.count += 1
        self.last = time.time()


async def client() -> None:
    """Open the sockets the order names; answer each line of input with the count so far."""
    order = json.loads(sys.stdin.readline())
    told, loop = Told(), asyncio.get_running_loop()
    wires: list[Wire] = []
    for start in range(0, order["count"], AT_ONCE):
        for n in range(start, min(start + AT_ONCE, order["count"])):
            who = order["message"] | ({"anonymousId": f"socket-{n}"} if order["each"] else {})
            _, wire = await loop.create_connection(
                lambda who=who: Wire(told, who), "127.0.0.1", order["port"]
            )
            wires.append(wire)
        await asyncio.gather(*(wire.open for wire in wires[start:]))
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("open", flush=True)
    while await reader.readline():
        print(json.dumps([told.count, told.gone, told.last]), flush=True)


class Crowd:
    """The sockets, in a process of their own."""

    def __init__(self, port: int, message: dict[str, Any], *, each: bool) -> None:
        words = [sys.executable, "-m", "benchmarks.sockets", "client"]
        self.process = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.say({"port": port, "count": SOCKETS, "message": message, "each": each})
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "open\n"

    def say(self, line: object) -> None:
        """Write a line to the process."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def heard(self) -> tuple[int, int, float]:
        """Return how many messages came, how many sockets were closed, when the last came."""
        self.say("?")
        assert self.process.stdout is not None
        count, gone, last = json.loads(self.process.stdout.readline())
        return count, gone, last

    def waits_for(self, count: int, seconds: float = 120) -> float:
        """Return when so many messages had come."""
        deadline = time.time() + seconds
        while (found := self.heard())[0] < count:
            assert time.time() < deadline, f"{found[0]} of {count} messages came"
            assert not found[1], f"{found[1]} sockets were closed"
            time.sleep(0.02)
        return found[2]

    def end(self) -> None:
        """Let all of them go at once."""
        self.process.kill()
        self.process.wait()


def web(house: Any) -> psutil.Process:
    """Return the web process."""
    family = psutil.Process(house.process.pid).children(recursive=True)
    return next(one for one in family if "uvicorn" in one.cmdline())


def fan_out(name: str, crowd: Crowd, act: Any, of: psutil.Process) -> None:
    """Let something happen that everybody hears of, some times, and say how long it took."""
    took: list[float] = []
    before = sum(of.cpu_times()[:2])
    for number in range(ROUNDS):
        count = crowd.heard()[0]
        began = time.time()
        act(number)
        took.append(crowd.waits_for(count + SOCKETS) - began)
    spent = sum(of.cpu_times()[:2]) - before
    took.sort()
    median = took[len(took) // 2]
    say(
        f"sockets.{name}",
        sockets=SOCKETS,
        rounds=ROUNDS,
        all_delivered_ms=median * 1000,
        slowest_ms=took[-1] * 1000,
        messages_per_s=SOCKETS / median,
        cpu_us_per_message=spent / (SOCKETS * ROUNDS) * 1e6,
    )


def visitors(house: Any, keys: dict[str, Any], process: psutil.Process) -> None:
    """Measure sockets of visitors: what they weigh, and how long a publish takes to reach all."""
    from personalization.content import drafts
    from personalization.content.models import Variant
    from personalization.flows import publication

    empty, began = process.memory_full_info().pss, time.time()
    visitor = {"type": "subscribe", "key": keys["pk"], "slots": ["home.hero"]}
    crowd = Crowd(house.port, visitor, each=True)
    crowd.waits_for(2 * SOCKETS)
    opened = time.time() - began
    each = (process.memory_full_info().pss - empty) / SOCKETS / 1024
    say("sockets.open", sockets=SOCKETS, seconds=opened, kb_each=each)

    def publish(number: int) -> None:
        variant = Variant.objects.get(slug="base")
        revision = drafts.draft(variant, {"html": f"<p>base {number}</p>"}, "benchmark", "")
        publication.publish_variant(revision.pk, "benchmark")

    fan_out("publish", crowd, publish, process)
    crowd.end()
    until(lambda: len(process.net_connections("tcp")) < SOCKETS // 10)


def servers(house: Any, keys: dict[str, Any], process: psutil.Process) -> None:
    """Measure the same message to all: what is left when nothing is to be decided."""
    from personalization.plant import places
    from personalization.push import shelf
    from personalization.sites.models import Site

    site, bell = Site.objects.get().pk, redis.Redis.from_url(places.cache_url())
    everything = {"type": "subscribe", "key": keys["sk"], "site": True, "types": ["segment.*"]}
    crowd = Crowd(house.port, everything, each=False)
    time.sleep(2)

    def news(number: int) -> None:
        data = {"segments": ["keen"], "slots": ["home.hero"], "reason": "x" * 120, "n": number}
        ring = {"kind": "site", "site": site, "type": "segment.changed", "data": data}
        bell.publish(shelf.BELL, orjson.dumps(ring))

    fan_out("news", crowd, news, process)
    crowd.end()


def main() -> None:
    """Measure on a whole installation."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, SOCKETS * 3), hard))
    house = installed("services,web,live")
    django()
    keys = house.found(**SITE)
    until(lambda: httpx.get(f"{house.url}/readyz").status_code == 200)
    process = web(house)
    visitors(house, keys, process)
    servers(house, keys, process)


if __name__ == "__main__":
    if sys.argv[1:] == ["client"]:
        asyncio.run(client())
    else:
        main()
