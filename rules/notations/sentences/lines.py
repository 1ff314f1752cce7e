"""A condition over several lines, one part a line, so that a change of one part is one line's."""

from __future__ import annotations

from rules.conditions import All, Any, Condition, EventTest, Not
from rules.wording import inside, words

_STEP = "  "


def lines(condition: Condition, room: int) -> list[str]:
    """Return the sentence of a condition in lines, broken where it is longer than ``room``.

    Only what is joined by "and" and "or" is broken; the reader takes a line's end for a blank.

    >>> from rules.conditions import Everyone, Member
    >>> lines(Any((Everyone(), All((Member("a"), Member("b"))))), 20)
    ['everyone', 'or (', '  in segment "a"', '  and in segment "b"', ')']
    """
    said = words(condition)
    if len(said) <= room:
        return [said]
    if _is_group(condition) and isinstance(condition, All | Any):
        joint = "and " if isinstance(condition, All) else "or "
        first, *others = (_enclosed(part, room) for part in condition.parts)
        return first + [line for part in others for line in _led(joint, part)]
    if isinstance(condition, Not) and not isinstance(condition.part, EventTest):
        return _led("not ", _enclosed(condition.part, room))
    return [said]


def indented(found: list[str]) -> list[str]:
    """Return the lines one step further in.

    >>> indented(["a"])
    ['  a']
    """
    return [_STEP + line for line in found]


def _enclosed(part: Condition, room: int) -> list[str]:
    if not _is_group(part) or len(inside(part)) <= room:
        return lines(part, room) if not _is_group(part) else [inside(part)]
    return ["(", *indented(lines(part, room - len(_STEP))), ")"]


def _led(word: str, found: list[str]) -> list[str]:
    return [word + found[0], *found[1:]]


def _is_group(part: Condition) -> bool:
    return isinstance(part, All | Any) and len(part.parts) > 1
