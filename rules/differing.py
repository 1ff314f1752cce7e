"""What is otherwise between two conditions, in words: what is asked no more, and what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rules.conditions import All, Any, Condition
from rules.wording import words


def conditions(before: Condition, after: Condition) -> Iterator[str]:
    """Yield how a condition changed; where its parts are the same kind of list, part by part.

    >>> from rules.conditions import Member
    >>> list(conditions(Member("vip"), All((Member("vip"), Member("new")))))
    ['Now also asked: in segment "new"']
    """
    if words(before) == words(after):
        return
    joined = Any if isinstance(before, Any) or isinstance(after, Any) else All
    if {type(before), type(after)} == {All, Any}:
        yield f"Who is meant: {words(before)} -> {words(after)}"
        return
    was, now = _parts(before, joined), _parts(after, joined)
    gone, new = list((was - now).elements()), list((now - was).elements())
    if len(gone) == 1 and len(new) == 1:
        yield f"{gone[0]} -> {new[0]}"
        return
    if joined is All:
        yield from (f"No more asked: {part}" for part in gone)
        yield from (f"Now also asked: {part}" for part in new)
    else:
        yield from (f"No more enough: {part}" for part in gone)
        yield from (f"Now also enough: {part}" for part in new)


def _parts(condition: Condition, joined: type[All | Any]) -> Counter[str]:
    parts = condition.parts if isinstance(condition, joined) else (condition,)
    return Counter(words(part) for part in parts)
