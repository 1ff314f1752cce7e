"""Lists of few different texts as bits: one bit for each text, words of 64 of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from rules.columns.column import Ask, Codes, Column, Mask, Question, fitting, never, one_by_one

Words = npt.NDArray[np.uint64]
WORD = 64


class Tags(Column):
    """``words[k, row]`` holds the items ``64 * k`` to ``64 * k + 63`` of a row's list.

    The order of a list is not kept, so only lists without repeats belong here.

    >>> tags = Tags(np.array([[0b11, 0b10]], np.uint64), ("red", "blue"))
    >>> tags.distinct(slice(0, 2))[0]
    [('blue',), ('red', 'blue')]
    """

    def __init__(self, words: Words, items: Sequence[str], known: Mask | None = None) -> None:
        if words.dtype != np.uint64 or len(items) > WORD * len(words):
            raise ValueError("expected a row of uint64 words for every 64 items")
        self.words = words
        self.items = tuple(items)
        self._known = fitting(known, words.shape[1])

    def __len__(self) -> int:
        return int(self.words.shape[1])

    def known(self, part: slice) -> Mask:
        """Return which rows of a part have a list."""
        if self._known is None:
            return np.ones(part.stop - part.start, np.bool_)
        return self._known[part]

    def distinct(self, part: slice) -> tuple[Sequence[object], Codes]:
        """Return the lists of a part, each once, and which row has which."""
        lists, codes = np.unique(self.words[:, part], axis=1, return_inverse=True)
        found: list[object] = [self._items(lists[:, i].tolist()) for i in range(lists.shape[1])]
        codes = codes.reshape(-1)
        if self._known is None:
            return found, codes
        return [*found, None], np.where(self._known[part], codes, len(found))

    def ask(self, question: Question) -> Ask:
        """Return where the answer is as wanted, by the bits for the operators on items."""
        name, truth = _POSITIVE.get(question.operator.name, ("", True))
        if not name:
            return one_by_one(self, question)
        test, wanted, known = _TESTS[name](self, question.operand), question.wanted, self._known

        def ask(part: slice) -> Mask:
            mask = test(part) if truth is wanted else ~test(part)
            return mask if known is None else mask & known[part]

        return ask

    def _items(self, words: list[int]) -> tuple[str, ...]:
        bits = sum(word << (WORD * k) for k, word in enumerate(words))
        return tuple(item for i, item in enumerate(self.items) if bits >> i & 1)

    def bits(self, sought: Sequence[object]) -> list[tuple[int, np.uint64]]:
        """Return the words in which some of these items lie, and their bits there."""
        places = [i for i, item in enumerate(self.items) if item in sought]
        found: dict[int, int] = {}
        for place in places:
            found[place // WORD] = found.get(place // WORD, 0) | 1 << place % WORD
        return [(word, np.uint64(bits)) for word, bits in found.items()]


def _has_any(tags: Tags, sought: tuple[object, ...]) -> Ask:
    bits = tags.bits(sought)

    def ask(part: slice) -> Mask:
        mask = never(part)
        for word, bit in bits:
            mask |= (tags.words[word, part] & bit) != 0
        return mask

    return ask


def _has_all(tags: Tags, sought: tuple[object, ...]) -> Ask:
    if not set(sought) <= set(tags.items):
        return never
    bits = tags.bits(sought)

    def ask(part: slice) -> Mask:
        mask = ~never(part)
        for word, bit in bits:
            mask &= (tags.words[word, part] & bit) == bit
        return mask

    return ask


def _size(tags: Tags, bounds: tuple[int | None, int | None]) -> Ask:
    low, high = bounds

    def ask(part: slice) -> Mask:
        sizes = np.bitwise_count(tags.words[:, part]).sum(axis=0, dtype=np.int64)
        mask = ~never(part)
        if low is not None:
            mask &= sizes >= low
        if high is not None:
            mask &= sizes <= high
        return mask

    return ask


_TESTS: Mapping[str, Callable[[Tags, tuple[object, ...]], Ask]] = {
    "has_any": _has_any,
    "has_all": _has_all,
    "size": _size,  # type: ignore[dict-item]
}
_POSITIVE = {
    "has_any": ("has_any", True),
    "has_none": ("has_any", False),
    "has_all": ("has_all", True),
    "not_has_all": ("has_all", False),
    "size": ("size", True),
    "not_size": ("size", False),
}
