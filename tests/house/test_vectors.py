"""Language-neutral vectors are numbered in order, and each says what it shows."""

import json

import pytest

from tests.house import tree

VECTORS = sorted((tree.ROOT / "tests" / "vectors").glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vectors_are_numbered_and_described(path):
    document = json.loads(path.read_text())
    assert document["description"].strip()
    cases = document["cases"]
    assert [case["number"] for case in cases] == list(range(1, len(cases) + 1))
    assert [case["number"] for case in cases if not case["description"].strip()] == []
    assert len({case["description"] for case in cases}) == len(cases)


def test_there_are_vectors():
    assert VECTORS
