"""The page about the checker: its examples find what it says, and its figures are the code's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rules.matrix.check import apart, checker, lists, looks, nested, relations, space
from rules.matrix.check.checker import check
from rules.matrix.check.findings import CODES
from rules.matrix.document import parse
from rules.values import canonical
from tests.rules.tables import codes

PAGE = (Path(__file__).parents[2] / "docs" / "checker.md").read_text()
EXAMPLES = [json.loads(text) for text in re.findall(r"```checker\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("said", EXAMPLES, ids=lambda said: said["finds"][0])
def test_the_page_says_what_is_found(said):
    said = dict(said)
    finds, now = said.pop("finds"), canonical("datetime", said.pop("now", None))
    given = {key: said.pop(key) for key in ("catalogue", "segments", "budget") if key in said}
    report = check(parse(said), **given, now=now)
    assert list(dict.fromkeys(codes(report))) == finds


def test_the_page_has_an_example_of_every_finding():
    assert {code for said in EXAMPLES for code in said.get("finds", ())} == set(CODES)


BOUNDS = {
    "boxes of one row's condition": space.MOST_BOXES,
    "comparisons of the boxes of all rows": space.MOST_COMPARED,
    "boxes a constraint forbids": checker.MOST_RESTS,
    "segments named by segments": relations.DEEPEST,
    "answers of one attribute's tests": apart.MOST_ANSWERS,
    "kinds of texts nobody names": looks.MOST,
    "tests of one attribute whose answer is only known when asked": apart.MOST_OPAQUE,
    "texts looked for anywhere in another": apart.MOST_FREE,
    "tests without regard to case": apart.MOST_LOOSE,
    "entries of lists looked at together": lists.MOST_ENTRIES,
    "counts over nested spans, times": nested.MOST_ASKED,
}


@pytest.mark.parametrize("said", BOUNDS)
def test_the_page_says_how_far_it_is_followed(said):
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {said}")]
    assert line.split("|")[2].strip().removesuffix(" levels") == f"{BOUNDS[said]:,}".replace(
        ",", " "
    )


def test_the_page_says_what_a_check_may_cost():
    assert f"({checker.STEPS:,}, unless told)".replace(",", " ", 1) in PAGE
