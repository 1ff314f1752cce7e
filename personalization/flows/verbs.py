"""What a verb does besides moving a revision's state on: a remark, a schedule, a publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from personalization.flows import putting, readiness, scheduling
from personalization.flows.beginning import PUBLISH, ROLLBACK, Way
from personalization.sites.progress import Word
from personalization.sites.reviews import Remark, Review


class Ask(NamedTuple):
    """What is asked besides the verb: words, a row of a matrix, a time, a freeze overridden."""

    note: str = ""
    row: str = ""
    at: str = ""
    zone: str = ""
    which: str = ""
    overrides: bool = False


def nothing(_: Review, __: Ask, ___: Word) -> None:
    """Most verbs change the state alone."""


def _comment(review: Review, ask: Ask, word: Word) -> None:
    said = {"text": ask.note, "row": ask.row[:80], "actor": word.actor, "at": word.at}
    Remark.objects.create(review=review, **said)


def _approve(review: Review, _: Ask, __: Word) -> None:
    readiness.review(review)


def _schedule(review: Review, ask: Ask, word: Word) -> None:
    readiness.review(review)
    scheduling.ask(review, (ask.at, ask.zone, ask.which), word, overrides=ask.overrides)


EFFECTS: Mapping[str, Callable[[Review, Ask, Word], None]] = {
    "approve": _approve,
    "comment": _comment,
    "schedule": _schedule,
    "cancel": lambda review, _, word: scheduling.cancel(review, word.at),
    "request_changes": lambda review, _, word: scheduling.cancel(review, word.at),
}
"""What is written besides the state."""
PUTS: Mapping[str, Callable[[str], tuple[putting.Put, Way]]] = {
    "publish": lambda kind: (putting.PUBLISH[kind], PUBLISH),
    "rollback": lambda kind: (putting.PUBLISH[kind], ROLLBACK),
    "retire": lambda kind: (putting.RETIRE[kind], PUBLISH),
}
"""What puts in force or out of it; the flip writes the state then."""
