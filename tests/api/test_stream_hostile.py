"""Listeners that say odd things: cursors of the future and of others, other types, other frames."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from personalization.push.cursor import Cursor
from tests.api.sockets import SECONDS, away, connect, happen, subscription
from tests.api.stage import viewed
from tests.events.ground import stored

pytestmark = [stored, pytest.mark.asyncio]
MINE = "7" * 32
FUTURE = Cursor(generation=2**62, version=2**62, segments=2**32 - 1)
CURSORS = [
    FUTURE.text(),
    FUTURE._replace(profile=MINE).text(),
    Cursor(version=-(2**63), generation=-(2**63)).text(),
    Cursor(profile=MINE, version=3, generation=1, segments=9).text(),
    "c_", "c_" + "A" * 48, "c_" + "é" * 48, "c_" + "=" * 48, "e_1", "x" * 5_000,
    5, True, [], {}, None, "",
]  # fmt: skip


async def test_whatever_cursor_is_said_the_listener_ends_up_with_what_is_so(stage, web):
    await happen(stage, viewed("d1"), viewed("d1"))
    for cursor in CURSORS:
        async with connect(web) as wire:
            await wire.send(json.dumps(subscription(stage, cursor=cursor)))
            told = await _told(wire)
            shown = [one["decisions"][0]["variant"] for one in told if one["type"] == "decisions"]
            reset = any(one["type"] == "reset" for one in told)
            assert reset or shown == ["keen"], (cursor, told)


async def test_a_cursor_of_the_future_does_not_make_one_deaf(stage, web):
    asked = await away(web.decide, stage.pk, anonymousId="d1")
    assert asked["cursor"]
    for number, cursor in enumerate((FUTURE.text(), FUTURE._replace(profile=MINE).text())):
        async with connect(web) as wire:
            await wire.send(json.dumps(subscription(stage, "d1", cursor=cursor)))
            await _told(wire)
            await away(stage.text, stage.slot, "base", f"Words {number}")
            told = json.loads(await asyncio.wait_for(wire.recv(), SECONDS))
            assert told["decisions"][0]["content"]["text"] == f"Words {number}"


async def test_a_last_event_id_of_anybody_is_taken_or_passed_over(stage, web):
    asked = await away(web.decide, stage.pk, anonymousId="d1", channel=True)
    query = {"channel": asked["channel"]}
    async with httpx.AsyncClient(base_url=web.url, timeout=SECONDS) as client:
        for last in (FUTURE.text(), "c_x", "5", "\u00e9".encode("latin-1"), "x" * 6_000):
            headers = {"last-event-id": last}
            async with client.stream("GET", "/v1/stream", params=query, headers=headers) as stream:
                assert stream.status_code == 200
                kinds = []
                async for line in stream.aiter_lines():
                    if line.startswith("event: "):
                        kinds.append(line.removeprefix("event: "))
                    if kinds and kinds[-1] in ("decisions", "reset"):
                        break
                assert kinds, last


FRAMES = [
    b"\x00\x01", b"\xff", b"{", "[]", "null", '"subscribe"', "{}", '{"type": ["subscribe"]}',
    '{"type": {"a": 1}}', '{"type": "subscribe"}', "[" * 16_000, '{"a":' * 3_000,
    '{"type": "ping", "pad": "' + "x" * 17_000 + '"}', '{"type": "ping", "n": 1e999}',
    '{"type": "ping", "s": "\\ud800"}', '{"type": "unsubscribe"}',
]  # fmt: skip


async def test_a_frame_that_means_nothing_closes_that_socket_alone(web, stage):
    async with connect(web) as other:
        for frame in FRAMES:
            async with connect(web) as wire:
                await wire.send(frame)
                await asyncio.wait_for(wire.wait_closed(), SECONDS)
                assert wire.close_code in (4400, 4401), (frame, wire.close_code)
        await other.send('{"type": "ping"}')
        assert json.loads(await other.recv()) == {"type": "pong"}


SAID = [
    {"slots": "hero"}, {"slots": []}, {"slots": [5]}, {"slots": ["s"] * 51}, {"slots": None},
    {"anonymousId": 5}, {"anonymousId": ""}, {"anonymousId": "x" * 300}, {"context": []},
    {"locale": 5}, {"segments": ["keen"]}, {"anonymousId": None, "userId": "ada"},
]  # fmt: skip


async def test_a_subscription_that_cannot_be_is_closed_with_its_code(stage, web):
    for said in SAID:
        async with connect(web) as wire:
            await wire.send(json.dumps({**subscription(stage), **said}))
            await asyncio.wait_for(wire.wait_closed(), SECONDS)
            assert wire.close_code in (4400, 4403), (said, wire.close_code)


async def test_pings_of_the_protocol_are_answered_and_binary_frames_are_read(stage, web):
    async with connect(web) as wire:
        await asyncio.wait_for(await wire.ping(b"are you there"), SECONDS)
        await wire.send(json.dumps(subscription(stage)).encode())
        kinds = [one["type"] for one in await _told(wire)]
        assert kinds == ["segments", "decisions"]
        await asyncio.wait_for(await wire.ping(), SECONDS)


async def _told(wire):
    """Return all that is told before the answer to a ping."""
    await wire.send('{"type": "ping"}')
    told = []
    while True:
        one = json.loads(await asyncio.wait_for(wire.recv(), SECONDS))
        if one == {"type": "pong"}:
            return told
        told.append(one)
