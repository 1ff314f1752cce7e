"""Editors' questions about people, one after the other, each answered in a few words or refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import Any

import redis
from django.db import close_old_connections

from personalization.flows import crossing, dissection, sampling, steadiness, tally, valued
from personalization.flows.retold import OvertakenError
from personalization.plant import questions
from personalization.plant.clock import Clock
from personalization.plant.questions import Question
from rules.errors import InvalidError

log = logging.getLogger(__name__)
LOOK = 2.0
"""Seconds between two looks at whether nobody asks any more."""
Answer = Callable[[Mapping[str, Any], int, Callable[[], bool]], dict[str, Any]]

KINDS: Mapping[str, Answer] = {
    "count": tally.count,
    "list": tally.page,
    "parts": dissection.parts,
    "overlap": dissection.overlap,
    "sample": sampling.sample,
    "steady": steadiness.report,
    "crossing": crossing.count,
    "crossing_list": crossing.page,
    "values": valued.values,
}


def serve(clock: Clock, idle: float) -> None:
    """Answer until nobody asked for so many seconds."""
    last = monotonic()
    while monotonic() - last < idle:
        try:
            question = questions.take(LOOK)
        except redis.RedisError:
            log.exception("questions cannot be taken")
            return
        if question is not None:
            close_old_connections()
            answer(question, clock)
            last = monotonic()


def answer(question: Question, clock: Clock) -> None:
    """Answer one question, unless a newer one took its place; a fault is an answer, too."""
    wanted = partial(questions.is_wanted, question)
    try:
        if wanted():
            told = KINDS[question.asked["kind"]](question.asked, clock.now(), wanted)
            questions.answer(question, told)
    except OvertakenError:
        pass
    except InvalidError as fault:
        said = {"at": fault.at, "code": fault.code, "message": fault.message}
        questions.answer(question, {"error": said})
    except Exception:
        log.exception("a question about people: %s", question.asked.get("kind"))
        said = {"at": "", "code": "failed", "message": "it could not be counted"}
        questions.answer(question, {"error": said})
