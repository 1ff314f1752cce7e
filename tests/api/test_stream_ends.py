"""How a stream ends: caps, slow readers, revocation, restart, each with a real server process."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import socket
import struct
from contextlib import AsyncExitStack, ExitStack, suppress

import httpx
import psutil
import pytest
import redis
import websockets

from personalization.plant import places
from personalization.push import shelf
from personalization.sites import signing
from tests.api.sockets import SECONDS, Socket, away, connect, happen, subscription
from tests.api.stage import server, viewed
from tests.waiting import until_async


async def listening(stack, web, message, **headers):
    """Return a socket that has subscribed and heard where things stand."""
    held = Socket(await stack.enter_async_context(connect(web, **headers)))
    await held.say(**message)
    assert (await held.hear())["type"] == "segments"
    assert (await held.hear())["type"] == "decisions"
    return held


async def ended(held):
    """Return code and reason of the close that comes."""
    with suppress(websockets.ConnectionClosed):
        while True:
            await asyncio.wait_for(held.wire.recv(), SECONDS)
    return held.wire.close_code, held.wire.close_reason


def wait_of(reason):
    return int(re.fullmatch(r"retry=(\d+)", reason)[1])


async def test_who_speaks_for_others_hears_of_what_changes_nothing_for_itself(stage, web):
    async with connect(web) as wire:
        held = Socket(wire)
        await held.say(**subscription(stage, touch=True))
        await held.hear()
        before = (await held.hear())["cursor"]
        await happen(stage, viewed("d1"))  # enters a hidden segment: nothing that may be told
        told = await held.hear()
        assert (told["type"], set(told)) == ("touch", {"type", "cursor"})
        assert told["cursor"] != before


@pytest.fixture(scope="module")
def ring():
    with redis.Redis.from_url(places.cache_url()) as bell:
        yield bell


@pytest.fixture
def narrow(stage, child_env, tmp_path):
    """A server with little room."""
    room = {"STREAMS_PER_ADDRESS": "2", "STREAMS_PER_SITE": "3"}
    with server(child_env, VAR=str(tmp_path), **room) as own:
        yield own


async def test_there_is_so_much_room_for_one_address_and_for_one_site(stage, narrow):
    office, home = {"x-forwarded-for": "192.0.2.1"}, {"x-forwarded-for": "2001:db8::7"}
    neighbour = {"x-forwarded-for": "2001:db8::8"}
    query = {"key": stage.pk, "anonymousId": "d9", "slots": "hero"}
    async with AsyncExitStack() as stack:
        first = await listening(stack, narrow, subscription(stage, "d1"), **office)
        await listening(stack, narrow, subscription(stage, "d2"), **office)
        third = Socket(await stack.enter_async_context(connect(narrow, **office)))
        code, reason = await ended(third)
        assert code == 4429
        assert wait_of(reason) >= 5000
        answer = await away(httpx.get, f"{narrow.url}/v1/stream", params=query, headers=office)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")

        await listening(stack, narrow, subscription(stage, "d3"), **home)
        full = Socket(await stack.enter_async_context(connect(narrow, **neighbour)))
        await full.say(**subscription(stage, "d4"))
        assert (await ended(full))[0] == 4429  # the site has its three

        await first.wire.close()
        again = Socket(await stack.enter_async_context(connect(narrow, **office)))
        await again.say(**subscription(stage, "d5"))
        assert (await again.hear())["type"] == "segments"


async def test_a_new_secret_closes_what_the_old_one_s_tokens_opened_and_nothing_else(stage, web):
    async with AsyncExitStack() as stack:
        vouched = await listening(stack, web, subscription(stage, token=stage.token("vera")))
        other = await listening(stack, web, subscription(stage))
        stage.site.signing_secret = signing.seal(signing.new_secret())
        await away(stage.site.save)
        assert (await ended(vouched))[0] == 4403
        await other.silent()


async def test_an_origin_that_is_taken_off_the_list_is_closed(stage, web):
    stage.site.origins = ["https://shop.example", "https://old.example"]
    await away(stage.site.save)
    body = {"key": stage.pk, "slots": ["hero"]}
    foreign = {"headers": {"origin": "https://e.x"}}
    ask = lambda: httpx.post(f"{web.url}/v1/decide", json=body, **foreign)  # noqa: E731
    await until_async(lambda: ask().status_code == 403, 60)
    async with AsyncExitStack() as stack:
        stays = await listening(stack, web, subscription(stage), origin="https://shop.example")
        goes = await listening(stack, web, subscription(stage), origin="https://old.example")
        stage.site.origins = ["https://shop.example"]
        await away(stage.site.save)
        assert (await ended(goes))[0] == 4403
        await stays.silent()


async def test_a_restart_sends_everybody_away_for_a_time_of_their_own(stage, child_env, tmp_path):
    with server(child_env, VAR=str(tmp_path)) as own:
        async with AsyncExitStack() as stack:
            held = [await listening(stack, own, subscription(stage, f"d{n}")) for n in range(12)]
            own.process.terminate()
            ends = await asyncio.gather(*map(ended, held))
        assert {code for code, _ in ends} == {1012}
        waits = {wait_of(reason) for _, reason in ends if reason}
        assert len(waits) > 6
        assert max(waits) <= 30_000


class Deaf:
    """A client that subscribes and then reads nothing: bare, for a library would read ahead."""

    def __init__(self, web, message):
        self.wire = socket.socket()
        self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.wire.connect(("127.0.0.1", web.port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.wire.sendall(
            f"GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert b"101" in self.wire.recv(12)
        text = json.dumps(message).encode()
        head = struct.pack(">BBH", 0x81, 0x80 | 126, len(text))
        self.wire.sendall(head + bytes(4) + text)
        self.port = self.wire.getsockname()[1]

    def is_held_by(self, process):
        found = psutil.Process(process.pid).net_connections("tcp")
        return any(one.raddr and one.raddr.port == self.port for one in found)


async def test_who_does_not_read_is_cut_off_and_delays_nobody(stage, web, ring):
    everything = {"type": "subscribe", "key": stage.sk, "site": True, "types": ["segment.*"]}
    with ExitStack() as stack:
        deaf = Deaf(web, everything)
        stack.callback(deaf.wire.close)
        async with connect(web) as wire:
            held = Socket(wire)
            await held.say(**everything)
            await held.silent()
            assert deaf.is_held_by(web.process)
            large = "x" * 100_000
            for number in range(150):
                data = {"number": number, "large": large}
                news = {"kind": "site", "site": stage.site.pk, "type": "segment.entered"}
                ring.publish(shelf.BELL, json.dumps({**news, "data": data}))
                assert (await held.hear())["data"]["number"] == number
            await until_async(lambda: not deaf.is_held_by(web.process), 60)
            await held.silent()
