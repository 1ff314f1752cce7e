"""Questions that a process beside answers: asked through the cache, answered once, soon forgotten.

The newest question of a lane counts: whoever answers asks ``is_wanted`` before long work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
import redis

from personalization.plant import places

WAITING = "pz:questions"
ANSWER = "pz:answer:"
ASKED = "pz:asked:"
NEWEST = "pz:newest:"
LASTS = 120
"""Seconds after which what nobody fetched is gone."""
PATIENCE = 1.0
"""Seconds whoever asks waits at a time."""


class Question(NamedTuple):
    """What is asked, the key of its answer, and in which lane the newest alone counts."""

    key: str
    lane: str
    asked: dict[str, Any]


def ask(lane: str, asked: Mapping[str, Any], begin: Any, wait: float = PATIENCE) -> Any:
    """Return the answer, or ``None`` while there is none: ask the same again.

    ``begin`` is called when it is a new question. Raises ``redis.RedisError``.
    """
    said = orjson.dumps([lane, asked], option=orjson.OPT_SORT_KEYS)
    key = hashlib.sha256(said).hexdigest()
    with _client(wait) as client:
        if client.set(ASKED + key, b"1", nx=True, ex=LASTS):
            client.set(NEWEST + lane, key, ex=LASTS)
            client.rpush(WAITING, orjson.dumps([key, lane, asked]))
            begin()
        found: Any = client.blpop([ANSWER + key], timeout=wait)
        if found is None:
            return None
        client.delete(ASKED + key)
        return orjson.loads(found[1])


def take(wait: float) -> Question | None:
    """Take the next question that is still wanted, or ``None`` after so many seconds."""
    with _client(wait) as client:
        found: Any = client.blpop([WAITING], timeout=wait)
    return Question(*orjson.loads(found[1])) if found else None


def is_wanted(question: Question) -> bool:
    """Tell whether no newer question was asked in its lane."""
    with _client(1) as client:
        newest: Any = client.get(NEWEST + question.lane)
    return newest is None or newest.decode() == question.key


def answer(question: Question, told: Mapping[str, Any]) -> None:
    """Put the answer where whoever asked finds it."""
    with _client(1) as client, client.pipeline() as both:
        both.rpush(ANSWER + question.key, orjson.dumps(told))
        both.expire(ANSWER + question.key, LASTS)
        both.execute()


def _client(wait: float) -> redis.Redis:
    return redis.Redis.from_url(
        places.cache_url(), socket_timeout=wait + 2, socket_connect_timeout=2
    )
