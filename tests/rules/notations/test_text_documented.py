"""The page on the text form: every sentence on it says what the JSON below it says."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from rules.notations.text import read, read_matrix, write, write_matrix
from rules.parser import parse
from rules.phrases import EVENTS, MEASURES
from rules.scopes import Scope
from tests.house import tree

PAGE = (tree.ROOT / "docs" / "text.md").read_text()
FENCES = list(tree.fences(PAGE))
SCOPES = {"json segment": Scope.SEGMENT, "json row": Scope.MATRIX}
PAIRS = [
    (text, SCOPES[says], said)
    for (label, text), (says, said) in pairwise(FENCES)
    if label == "sentence"
]


@pytest.mark.parametrize(("text", "scope", "said"), PAIRS, ids=[text[:30] for text, *_ in PAIRS])
def test_the_sentence_says_what_the_json_says(text, scope, said):
    condition = parse(json.loads(said), scope=scope)
    assert read(text, scope=scope) == condition
    assert write(condition) == " ".join(text.split())


def test_the_matrix_is_written_as_it_stands():
    texts = [text for label, text in FENCES if label == "matrix"]
    assert [write_matrix(read_matrix(text)) for text in texts] == texts


def test_every_event_and_measure_stands_on_the_page():
    assert [name for name, said in EVENTS.items() if f"| {name} | {said} |" not in PAGE] == []
    words = PAGE.replace("\n", " ")
    assert [said for said in MEASURES.values() if f"`{said}`" not in words] == []
