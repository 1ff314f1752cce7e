"""A segment as frozen data: its condition, how firmly it holds, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rules import canonical, durations, expect
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.parser import parse as parse_condition
from rules.scopes import Scope
from rules.stability import Stability

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 4_000
_MOST_MOVES = 9_999
_SLUG = re.compile(r"[-\w]{1,80}", re.ASCII)
_DURATIONS = ("enter_after", "exit_after", "min_stay")
_MOVES = "max_moves_per_day"
_OPTIONAL = ("name", "description", "visible", "stability")


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: ``slug`` is what conditions call it, ``visible`` lets its name reach browsers."""

    slug: str
    when: Condition
    stability: Stability = field(default_factory=Stability)
    name: str = ""
    description: str = ""
    visible: bool = False


def parse(raw: object) -> Segment:
    """Return the segment of a JSON document; ``InvalidError`` names the place and what was meant.

    >>> parse({"segment": "all", "when": {"everyone": True}}).slug
    'all'
    """
    said = expect.record(raw, "", ("segment", "when"), _OPTIONAL)
    slug = said["segment"]
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise InvalidError("/segment", "slug", "expected 1 to 80 letters, digits, - and _")
    visible = said.get("visible", False)
    if not isinstance(visible, bool):
        raise InvalidError("/visible", "type", "expected true or false")
    return Segment(
        slug,
        parse_condition(said["when"], scope=Scope.SEGMENT, at="/when"),
        parse_stability(said.get("stability", {})),
        expect.text(said.get("name", ""), "/name", LONGEST_NAME, 0),
        expect.text(said.get("description", ""), "/description", LONGEST_DESCRIPTION, 0),
        visible,
    )


def document(segment: Segment) -> dict[str, object]:
    """Return a segment as JSON; ``parse`` reads it back. What is as usual is not said.

    >>> document(parse({"segment": "all", "visible": False, "when": {"everyone": True}}))
    {'segment': 'all', 'when': {'everyone': True}}
    """
    said = {
        "name": segment.name,
        "description": segment.description,
        "visible": segment.visible,
        "stability": stability_document(segment.stability),
    }
    kept = {key: value for key, value in said.items() if value}
    return {"segment": segment.slug, **kept, "when": canonical.document(segment.when)}


def parse_stability(raw: object, at: str = "/stability") -> Stability:
    """Return stability settings like ``{"enter_after": "30m", "max_moves_per_day": 4}``.

    Durations as in ``rules.durations``, moves from 1 to 9999; an empty one is not set.

    >>> parse_stability({"enter_after": "30m"}).enter_after
    1800000000
    """
    if not isinstance(raw, Mapping):
        raise InvalidError(at, "shape", "expected an object")
    known = (*_DURATIONS, _MOVES)
    if strange := sorted(set(raw) - set(known)):
        where = f"{at}/{expect.pointer(strange[0])}"
        raise InvalidError(where, "unknown", f"expected one of {', '.join(known)}")
    lengths = {
        name: durations.parse(raw[name], f"{at}/{name}") for name in _DURATIONS if raw.get(name)
    }
    return Stability(**lengths, max_moves_per_day=_moves(raw.get(_MOVES), f"{at}/{_MOVES}"))


def stability_document(stability: Stability) -> dict[str, object]:
    """Return stability settings as JSON, those that are set.

    >>> stability_document(Stability(exit_after=1_800_000_000))
    {'exit_after': '30m'}
    """
    lengths = {name: getattr(stability, name) for name in _DURATIONS}
    said: dict[str, object] = {
        name: durations.text(length) for name, length in lengths.items() if length
    }
    if stability.max_moves_per_day is not None:
        said[_MOVES] = stability.max_moves_per_day
    return said


def _moves(raw: object, at: str) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= _MOST_MOVES:
        raise InvalidError(at, "number", f"expected a whole number from 1 to {_MOST_MOVES}")
    return raw
