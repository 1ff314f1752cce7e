"""What a condition saw when somebody moved: each leaf in words, and the value it looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules import compiler, wording
from rules.compiler import Keys
from rules.conditions import Condition, EventTest, Member, Same, Sequence, Test
from rules.facts import Facts
from rules.values import instant_text, unscaled
from rules.weighted import KEY
from rules.windows.points import Points
from rules.windows.same import Same as SameWindow
from rules.windows.sequence import Sequence as SequenceWindow

MOST = 16
"""So many leaves are told of one move."""
LONGEST = 120
"""So many characters of a leaf's words or of a text value are kept."""

See = Callable[[Facts], object]
Evidence = Callable[[Facts], dict[str, object]]


def compile(original: Condition, resolved: Condition, keys: Keys) -> Evidence:  # noqa: A001
    """Return the function that tells what each leaf of a condition sees, bounded in size.

    ``original`` gives the words, ``resolved`` (the same tree with names replaced) the values: those
    of attributes and measures (numbers as people write them, recency in seconds), whether the
    profile is in a segment, which value of the key made ``same`` true, or that none did, and since
    when a sequence was complete.

    >>> test = Test("traits.age", "at_least", 18)
    >>> compile(test, test, {})(Facts({"traits.age": 20}))
    {'traits.age is at least 18': 20}
    """
    said_leaves, leaves = list(compiler.leaves(original)), list(compiler.leaves(resolved))
    pairs = zip(said_leaves if len(said_leaves) == len(leaves) else leaves, leaves, strict=True)
    sights: list[tuple[str, See]] = []
    for said, leaf in pairs:
        see = _see(leaf, keys)
        if see is not None and len(sights) < MOST:
            sights.append((_shortened(wording.words(said)), see))

    def evidence(facts: Facts) -> dict[str, object]:
        return {words: _bounded(see(facts)) for words, see in sights}

    return evidence


def _see(leaf: Condition, keys: Keys) -> See | None:
    if isinstance(leaf, Test):
        return compiler.reading(leaf.attribute)
    if isinstance(leaf, Member):
        return lambda facts: facts.segments.get(leaf.segment)
    if isinstance(leaf, EventTest):
        measure = compiler.windowed(leaf)
        read = compiler.measuring(measure, keys)
        if measure.kind == KEY:
            return _score(keys[measure], read)
        scaled = compiler.in_millionths(measure.kind)
        return (lambda facts: plain(read(facts))) if scaled else read
    if isinstance(leaf, Sequence) and leaf.key is None:
        return _sequence(keys[leaf])
    return _same(keys[leaf]) if isinstance(leaf, Same | Sequence) else None


def _score(key: str, read: See) -> See:
    """Return what sees a score and what each of its parts adds to it."""

    def see(facts: Facts) -> object:
        total, window = plain(read(facts)), facts.windows.get(key)
        if not isinstance(window, Points):
            return total
        parts = (plain(part) for part in window.told(facts.now))
        return f"{total} of {', '.join('?' if part is None else str(part) for part in parts)}"

    return see


def _same(key: str) -> See:
    """Return what sees the value of the key that holds, or whether none does: false, or unknown."""

    def see(facts: Facts) -> object:
        window = facts.windows.get(key)
        if not isinstance(window, SameWindow):
            return False
        found = window.witness(facts.now)
        return window.read(facts.now) if found is None else found[1:]

    return see


def _sequence(key: str) -> See:
    """Return what sees since when a sequence is complete, or that none is: false, or unknown."""

    def see(facts: Facts) -> object:
        window = facts.windows.get(key)
        if not isinstance(window, SequenceWindow):
            return False
        since = window.reached(facts.now)
        return window.read(facts.now) if since is None else instant_text(since)

    return see


def _shortened(words: str) -> str:
    """Return words that fit, cut between two of them where they do not."""
    if len(words) <= LONGEST:
        return words
    return words[: LONGEST - 1].rsplit(" ", 1)[0] + "\N{HORIZONTAL ELLIPSIS}"


def plain(value: object) -> object:
    """Return millionths as people write the number; anything else as it is.

    >>> plain(2_500_000), plain(None)
    (2.5, None)
    """
    return unscaled(value) if type(value) is int else value


def _bounded(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping | list | tuple):
        value = str(value)
    return str(value)[:LONGEST]
