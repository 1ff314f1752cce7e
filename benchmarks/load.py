"""A small HTTP client that keeps a server busy from a process of its own, and counts."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

from tests.installation import ROOT


def drive(port: int, requests: list[bytes], seconds: float, connections: int, rate: float = 0) -> dict[str, Any]:  # fmt: skip  # noqa: E501
    """Send the requests in turn over so many connections; with a rate, no faster than that."""
    order = {
        "port": port,
        "requests": [request.decode() for request in requests],
        "seconds": seconds,
        "connections": connections,
        "rate": rate,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        cwd=ROOT,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """Return an HTTP request as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str) -> bytes:
    """Return a GET request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class Client(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.sent = 0.0
        self.rest = b""

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.transport = transport
        self.order.pace(self)

    def send(self) -> None:
        """Send the next request."""
        self.sent = time.perf_counter()
        self.transport.write(self.order.next())

    def data_received(self, data: bytes) -> None:
        """Take in a part of an answer; when it is whole, go on."""
        self.rest += data
        head, found, body = self.rest.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if len(body) < length:
            return
        self.rest = body[length:]
        self.order.note(head, time.perf_counter() - self.sent)
        self.order.pace(self)


class Order:
    """What is to be sent, how fast, and what came back."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.requests = [request.encode() for request in order["requests"]]
        self.gap = order["connections"] / order["rate"] if order["rate"] else 0
        self.until = time.perf_counter() + order["seconds"]
        self.number, self.others = 0, 0
        self.times: list[float] = []

    def next(self) -> bytes:
        """Return the next request."""
        self.number += 1
        return self.requests[self.number % len(self.requests)]

    def note(self, head: bytes, seconds: float) -> None:
        """Note an answer."""
        self.times.append(seconds)
        self.others += b" 200" not in head[:16]

    def pace(self, client: Client) -> None:
        """Let a connection send again, now or when its turn comes."""
        now = time.perf_counter()
        if now > self.until:
            return
        if self.gap:
            wait = max(0.0, client.sent + self.gap - now)
            asyncio.get_running_loop().call_later(wait, client.send)
        else:
            client.send()


async def main(document: dict[str, Any]) -> None:
    """Drive the server and print what came of it."""
    order = Order(document)
    loop = asyncio.get_running_loop()
    for _ in range(document["connections"]):
        await loop.create_connection(lambda: Client(order), "127.0.0.1", document["port"])
    await asyncio.sleep(document["seconds"] + 0.5)
    times = sorted(order.times)
    at = [times[int(len(times) * share)] * 1000 if times else 0.0 for share in (0.5, 0.95, 0.99)]
    figures = {"answers": len(times), "not_200": order.others}
    print(json.dumps(figures | {"p50_ms": at[0], "p95_ms": at[1], "p99_ms": at[2]}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
