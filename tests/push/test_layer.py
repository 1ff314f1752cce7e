"""The hub as a Channels layer: names, groups, capacity, and other processes through the bell."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio
from channels.exceptions import ChannelFull

from personalization.push import bell
from personalization.push.hub import CAPACITY, Hub
from personalization.push.layer import HubLayer


@pytest.fixture
def rung():
    return []


@pytest_asyncio.fixture
async def layer(rung):
    found = HubLayer()
    found.hub = Hub()

    async def publish(raw):
        rung.append(raw)

    found.hub.start(publish)
    yield found
    found.hub.stop()


async def test_a_message_arrives_at_its_channel_in_order(layer):
    channel = await layer.new_channel()
    assert channel != await layer.new_channel()
    for number in range(3):
        await layer.send(channel, {"type": "a.b", "n": number})
    assert [(await layer.receive(channel))["n"] for _ in range(3)] == [0, 1, 2]


async def test_receive_waits_for_what_comes_later(layer):
    channel = await layer.new_channel()
    waiting = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    await layer.send(channel, {"type": "late"})
    assert await asyncio.wait_for(waiting, 5) == {"type": "late"}


async def test_a_full_channel_refuses_and_a_group_passes_it_over(layer):
    full, fine = await layer.new_channel(), await layer.new_channel()
    for channel in (full, fine):
        await layer.group_add("g", channel)
    for _ in range(CAPACITY):
        await layer.send(full, {"type": "x"})
    with pytest.raises(ChannelFull):
        await layer.send(full, {"type": "x"})
    await layer.group_send("g", {"type": "y"})
    assert await layer.receive(fine) == {"type": "y"}


async def test_who_left_a_group_hears_it_no_more(layer):
    one, other = await layer.new_channel(), await layer.new_channel()
    for channel in (one, other):
        await layer.group_add("g", channel)
    await layer.group_discard("g", one)
    await layer.group_send("g", {"type": "y"})
    await layer.send(one, {"type": "own"})
    assert await layer.receive(one) == {"type": "own"}
    assert await layer.receive(other) == {"type": "y"}


async def test_another_process_hears_through_the_bell_and_nobody_twice(layer, rung):
    there = Hub()
    channel = there.name_channel()
    there.join("g", channel)
    here = await layer.new_channel()
    await layer.group_add("g", here)
    await layer.group_send("g", {"type": "y"})
    await layer.send(channel, {"type": "direct"})
    for raw in rung:
        there.heard(raw)
        layer.hub.heard(raw)  # our own ring comes back to us
    assert [m["type"] for m in there.boxes[channel].waiting] == ["y", "direct"]
    assert [m["type"] for m in layer.hub.boxes[here].waiting] == ["y"]


async def test_a_listener_that_falls_behind_is_told_so(layer):
    channel = await layer.new_channel()
    layer.hub.box(channel).tells = True
    layer.hub.join(bell.profile("p"), channel)
    for number in range(CAPACITY + 1):
        layer.hub.heard(b'{"kind": "snapshot", "site": 1, "profile": "p", "version": %d}' % number)
    assert await layer.receive(channel) == {"type": "hub.overflow"}


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"kind": "site"}', b'{"kind": 3}', b"\xff"])
async def test_nonsense_on_the_bell_harms_nobody(layer, raw):
    layer.hub.heard(raw)
