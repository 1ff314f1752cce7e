"""What a stranger sends to every notation is refused with a word about it, or taken cheaply.

``python -m benchmarks.hostile`` says how long each takes.
"""

import pytest

from rules.errors import InvalidError
from tests.rules.notations.hostile import (
    conditions,
    logic,
    models,
    mongo,
    sentences,
    tables,
    workbooks,
)

CORPUS = {
    "conditions": conditions,
    "DMN": models,
    "CSV": tables,
    "workbooks": workbooks,
    "GrowthBook": mongo,
    "JsonLogic": logic,
    "text": sentences,
}
ALL = [(notation, name) for notation, part in CORPUS.items() for name in part.MADE]


def refusal(read, said):
    """What is said of it, ``None`` where it is taken."""
    try:
        read(said)
    except InvalidError as error:
        return str(error)
    return None


@pytest.mark.parametrize(("notation", "name"), ALL)
def test_what_hurts_is_refused_with_a_word_or_taken(notation, name):
    part = CORPUS[notation]
    said = part.MADE[name]()
    for read in filter(None, (part.READ, getattr(part, "ANSWER", None))):
        word = refusal(read, said)
        assert name in part.TAKEN if word is None else 10 < len(word) < 2_000


@pytest.mark.parametrize("notation", CORPUS)
def test_there_is_enough_of_it(notation):
    assert len(CORPUS[notation].MADE) >= 20
    assert CORPUS[notation].TAKEN.keys() <= CORPUS[notation].MADE.keys()
