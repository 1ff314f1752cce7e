"""A web process hints the workers by the task's name, and that task exists."""

import asyncio

import pytest
import redis

from personalization import asgi, tasks
from personalization.plant import places

pytestmark = pytest.mark.services


def test_a_hint_reaches_the_live_queue():
    with redis.Redis.from_url(places.broker_url()) as broker:
        before = broker.llen("live")
        asyncio.run(asgi._send_hint())
        assert broker.llen("live") == before + 1
        broker.ltrim("live", 0, before - 1) if before else broker.delete("live")


def test_the_hint_names_a_task_of_ours():
    assert tasks.app.tasks[asgi.DRAIN].name == tasks.drain.name
