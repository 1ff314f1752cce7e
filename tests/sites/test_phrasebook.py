"""What the pure layers say in English is said in German, with the same values, wherever it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from personalization.sites import faults, phrasebook
from personalization.sites.phrasebook import SPOKEN, Template, spoken
from rules.conditions import Member
from rules.errors import InvalidError
from rules.feel import grammar as feel
from rules.matrix import document as matrices
from rules.matrix.check.checker import Checker
from rules.matrix.document import Matrix, Row
from rules.notations import comma, growthbook, jsonlogic, text
from rules.parser import parse
from rules.placeholders import parse as placeholders
from rules.scopes import Scope

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
ODD = [None, True, -1, 1.5, 10**20, "", "x", "1,5", [], ["a"], {}, {"x": 1}, "2026-13-01"]
MATRIX = """hit policy "first"
row "a"
  when in segment "vip" and traits.age is at least 18
  then variant "x"
"""
SEGMENT = 'segment "keen"\nname "Keen"\nexit after 30 minutes\n\nwhen in segment "vip"\n'
SENTENCES = (
    'did "Order Completed" at least 3 times within 7 days',
    'the sum of properties.total in "Order Completed" is at least 5',
)
TABLE = """matrix,{}
id,traits.age,segments,from,zone,value off,variant
a,>= 18,vip & not new,,,5,x
"""
FORMULA = 'if a > 3 then "x" else date("2026-01-01") + [1..5] and some in'


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    with override("de"):
        yield


@cache
def templates() -> list[Template]:
    return [one for many in phrasebook.book().by_word.values() for one in many]


def said(template: Template, values: dict[str, str]) -> str:
    filled = (*(values[place] for place in template.places), "")
    return "".join(part for pair in zip(template.texts, filled, strict=True) for part in pair)


words = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_sentence_keeps_what_stands_in_its_places_whatever_that_is(data):
    template = data.draw(st.sampled_from(templates()))
    values = {place: data.draw(words) for place in template.places}
    sentence = said(template, values)
    fitting = {found.source: read for found, read in phrasebook.book().fitting(sentence)}
    assert said(template, fitting[template.source]) == sentence
    german = spoken(sentence)
    assert german != sentence
    assert any(all(part in german for part in read.values()) for read in fitting.values())


def test_each_template_is_said_in_german_with_its_own_values():
    for template in templates():
        values = {place: f"Q{i}Q" for i, place in enumerate(template.places)}
        german = spoken(said(template, values))
        assert all(value in german for value in values.values()), template.source


def test_what_somebody_wrote_stays_though_it_reads_like_one_of_ours():
    row = Row("expected a list", Member("a value"), "x")
    again = Row("b, a value or a list", Member("a value"), "y")
    found = Checker().check(Matrix((row, again))).findings[0].sentence
    assert spoken(found) == (
        "Zeile b, a value or a list wird nie erreicht: "
        "Zeile expected a list nimmt ihr alle, für die sie gilt."
    )


@pytest.mark.parametrize(
    ("sentence", "german"),
    [
        ("expected true or false", "erwartet wird true oder false"),
        ("/all/0: expected a list", "/all/0: erwartet wird eine Liste"),
        ("type: /all: expected a list", "type: /all: erwartet wird eine Liste"),
        (
            "row 2, column traits.x: y: expected a list",
            "Zeile 2, Spalte traits.x: y: erwartet wird eine Liste",
        ),
        ("row 2, column n: expected a list", "Zeile 2, Spalte n: erwartet wird eine Liste"),
        (
            "expected a revision that is draft or in review, and it is live",
            "erwartet wird eine Revision im Stand Entwurf oder in Prüfung; ihr Stand ist live",
        ),
        (
            "expected one of a, b, found the end",
            "erwartet wird eines von a, b; gefunden: das Ende",
        ),
        (
            "expected at most 9 bytes unpacked, in 2 parts",
            "erwartet wird höchstens 9 Bytes entpackt, in 2 Teilen",
        ),
        (
            'expected an object like {"derived.stage": "loyalty"}',
            'erwartet wird ein Objekt wie {"derived.stage": "loyalty"}',
        ),
        (
            'No row holds for a visitor like this: t is "a, not in segment b", u is unknown.',
            'Keine Zeile trifft auf jemanden wie diesen zu: t ist "a, not in segment b", u ist unbekannt.',  # noqa: E501 -- one sentence
        ),
    ],
)
def test_a_sentence_in_german(sentence: str, german: str):
    assert spoken(sentence) == german


@given(st.text(max_size=200))
@example("connection refused: [Errno 111]")
def test_what_nobody_of_us_said_is_shown_as_it_is_or_not_at_all_changed_in_english(other: str):
    with override("en"):
        assert spoken(other) is other
    if not list(phrasebook.book().fitting(other)) and other not in phrasebook.book().plain:
        assert other.startswith(("/", "row ", "line ")) or spoken(other) == other


def test_an_answer_to_a_page_is_said_aloud_and_its_data_is_not():
    answer = {"faults": [{"message": "expected a list", "said": "expected a list", "row": 1}]}
    told = faults.aloud(answer)["faults"][0]
    assert told == {"message": "erwartet wird eine Liste", "said": "expected a list", "row": 1}


def test_a_catalogue_with_other_places_does_not_lose_a_value(monkeypatch):
    monkeypatch.setattr(phrasebook, "pgettext", lambda _context, _source: "nichts {anderes}")
    assert spoken("expected at most 7 entries") == "expected at most 7 entries"


def heard(read: Callable[[], object]) -> None:
    """Read something; a refusal must be one whose German says the same values."""
    message = refusal(read)
    if message is None:
        return
    german = spoken(message)
    assert german != message, message
    fitting = [values for _, values in phrasebook.book().fitting(message)]
    kept = [
        all(part in german for place, part in values.items() if place not in SPOKEN)
        for values in fitting
    ]
    assert message in phrasebook.book().plain or any(kept), (message, german)


def refusal(read: Callable[[], object]) -> str | None:
    """Return the message with which something is refused, nothing where it is read."""
    try:
        read()
    except InvalidError as fault:
        return fault.message
    return None


def cases(name: str, key: str) -> list[Any]:
    found = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["cases"]
    return [case[key] for case in found if key in case]


READERS: dict[str, Callable[[Any], object]] = {
    "conditions": lambda raw: parse(raw, scope=Scope.MATRIX),
    "sequences": lambda raw: parse(raw, scope=Scope.SEGMENT),
    "matrix": matrices.parse,
    "growthbook": growthbook.read,
    "jsonlogic": jsonlogic.read,
    "placeholders": lambda raw: placeholders(raw, kind="html", prefixes=("traits.",)),
}
KEYS = {"conditions": "condition", "sequences": "condition", "matrix": "matrix"}


@cache
def documents() -> list[tuple[str, Any]]:
    keys = {"growthbook": "condition", "jsonlogic": "rule", "placeholders": "source", **KEYS}
    return [(name, one) for name in READERS for one in cases(name, keys[name])]


def test_every_refusal_of_the_vectors_is_said_in_german():
    assert {name for name, _ in documents()} == set(READERS)
    for name, document in documents():
        heard(lambda name=name, document=document: READERS[name](document))


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(document, dict | list):
        for key in document if isinstance(document, dict) else range(len(document)):
            yield from places(document[key], (*path, key))


def broken(document: Any, path: tuple[Any, ...], odd: Any, how: str) -> Any:
    """Return a document in which one place is gone, or something odd, or has more beside it."""
    if not path:
        return odd
    whole = deepcopy(document)
    place = whole
    for key in path[:-1]:
        place = place[key]
    if how == "gone":
        del place[path[-1]]
    elif how == "more" and isinstance(place, dict):
        place[str(odd)] = odd
    else:
        place[path[-1]] = odd
    return whole


def refused_in_german(data: Any) -> None:
    name, document = data.draw(st.sampled_from(documents()))
    path = data.draw(st.sampled_from(list(places(document))))
    how = data.draw(st.sampled_from(["gone", "more", "odd"]))
    made = broken(document, path, data.draw(st.sampled_from(ODD)), how)
    with suppress(AttributeError, TypeError):  # a template is a text
        heard(lambda: READERS[name](made))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_broken_in_a_document_is_said_in_german(data):
    refused_in_german(data)


@pytest.mark.nightly
@settings(max_examples=20_000, deadline=None)
@given(st.data())
def test_whatever_is_broken_in_a_document_is_said_in_german_long(data):
    refused_in_german(data)


WRITTEN: list[tuple[str, Callable[[str], object]]] = [
    *((one, text.read) for one in SENTENCES),
    (MATRIX, text.read_matrix),
    (SEGMENT, text.read_segment),
    (TABLE, comma.read),
    (FORMULA, lambda said: feel.expression(said, "")),
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_broken_in_a_text_is_said_in_german(data):
    source, read = data.draw(st.sampled_from(WRITTEN))
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    odd = data.draw(st.sampled_from(['"', "(", " and or ", "x", "9.9.9", "\x01", "", "|", "= 1,5"]))
    made = source[:start] + odd + source[end:]
    heard(lambda: read(made))
