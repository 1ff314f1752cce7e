"""A declared feature in words: what it is worked out of, over which time, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rules import wording
from rules.errors import InvalidError
from rules.parser import parse_measure
from rules.weighted import KEY
from rules.windows.registry import kinds
from rules.windows.window import ANYTHING


class Words(NamedTuple):
    """What one feature is, part by part, for people."""

    aggregate: str
    filter: str
    window: str
    type: str


def of(document: Any) -> Words:
    """Return a declaration's parts in words; what is not valid says why.

    >>> of({"event": "Bought", "measure": {"sum": "properties.revenue"}, "within": "30d"})[:3]
    ('sum of properties.revenue', '', 'within 30 days')
    """
    try:
        asked = parse_measure(document)
    except InvalidError as fault:
        return Words(f"not valid: {fault}", "", "", "")
    path = f" of {asked.path}" if asked.path else ""
    score = wording.measure(asked) if asked.kind == KEY else ""
    return Words(
        score or f"{asked.kind}{path}",
        wording.words(asked.where) if asked.where else "",
        wording.span_words(asked.span).strip(),
        _type(kinds[asked.kind].answers),
    )


def _type(answers: Sequence[str]) -> str:
    return "as the event says" if answers == ANYTHING else answers[0]
