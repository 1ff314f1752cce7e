"""What a back-test is asked: over how many days, what a flapper is, which stability settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from personalization.segments.drafts import stability_of
from rules import expect
from rules.errors import InvalidError
from rules.stability import Stability

DAYS, MOST_DAYS = 30, 3_650
MORE_THAN, MOST_MOVES = 4, 1_000
MOST_SETTINGS = 16
PATIENCE = ("15m", "1h", "1d")
"""How long the settings wait that are tried where none are given."""


class Question(NamedTuple):
    """What is asked; ``settings`` are the documents, each with what it says."""

    days: int
    more_than: int
    settings: tuple[tuple[dict[str, Any], Stability], ...]


def read(document: object, own: Mapping[str, Any]) -> Question:
    """Return the question of ``{"days": 30, "more_than": 4, "stability": [{...}]}``.

    Nothing in it must be said. The revision's ``own`` settings are always among those tried, first.
    ``InvalidError`` names the place of what is wrong.

    >>> read({}, {"exit_after": "1h"}).settings[0][0]
    {'exit_after': '1h'}
    """
    said = expect.record(document, "", (), ("days", "more_than", "stability"))
    days = expect.whole(said.get("days", DAYS), "/days", 1, MOST_DAYS)
    more_than = expect.whole(said.get("more_than", MORE_THAN), "/more_than", 1, MOST_MOVES)
    asked = said.get("stability", usual())
    given = expect.items(asked, "/stability", MOST_SETTINGS)
    read_ = {stability_of(own): dict(own)}
    for index, one in enumerate(given):
        read_.setdefault(_stability(one, f"/stability/{index}"), dict(one))  # type: ignore[call-overload]
    return Question(days, more_than, tuple((said, stability) for stability, said in read_.items()))


def usual() -> list[dict[str, Any]]:
    """Return the grid that is tried where no settings are given.

    >>> usual()[0]
    {'enter_after': '15m'}
    """
    names = (("enter_after",), ("exit_after",), ("enter_after", "exit_after"))
    return [dict.fromkeys(settings, length) for settings in names for length in PATIENCE]


def _stability(document: object, at: str) -> Stability:
    try:
        return stability_of(document)
    except InvalidError as fault:
        inner = fault.at.removeprefix("/stability")
        raise InvalidError(at + inner, fault.code, fault.message) from fault
