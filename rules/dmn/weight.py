"""How many words the expressions of a model have: counted at once, before the first is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from rules.errors import InvalidError
from rules.xml.element import Element

MOST_WORDS = 30_000
"""Names, values and signs in all cells and expressions; a cell that is repeated counts once."""
MOST_CHARACTERS = 500_000
"""Characters of the same."""
_WORD = re.compile(r'"(?:[^"\\]|\\.)*+"?|\w+|[^\w\s]', re.DOTALL)
_SILENT = frozenset({"description", "annotationEntry", "extensionElements"})


def weighed(root: Element) -> Element:
    """Return a document whose expressions can be read in a short time, or ``InvalidError``.

    >>> weighed(Element("", "text", {}, text="Age >= 18")).text
    'Age >= 18'
    """
    words, characters = MOST_WORDS, MOST_CHARACTERS
    for text in _texts(root):
        characters -= len(text)
        words -= sum(1 for _ in islice(_WORD.finditer(text), words + 1)) if characters >= 0 else 0
        if words < 0 or characters < 0:
            most = f"{MOST_WORDS} names, values and signs, {MOST_CHARACTERS} characters"
            message = f"expected at most {most} in the expressions of a model"
            raise InvalidError("/definitions", "too_costly", message)
    return root


def _texts(element: Element, seen: set[str] | None = None) -> Iterator[str]:
    """Yield every text that is read as an expression; those of a table's rules once a table."""
    if seen is None or element.text not in seen:
        yield element.text
    if seen is not None:
        seen.add(element.text)
    inside: set[str] = set()
    for child in element.children:
        if child.name not in _SILENT:
            yield from _texts(child, inside if child.name == "rule" else seen)
