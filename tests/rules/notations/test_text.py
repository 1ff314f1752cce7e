"""The text form: what is said is read, what is read is said again, and nothing is lost between."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.canonical import digest
from rules.conditions import Member
from rules.errors import InvalidError
from rules.notations.text import read, write
from rules.operators.registry import operators
from rules.parser import parse
from rules.phrases import EVENTS, counts, events, operator_words
from rules.scopes import Scope
from rules.windows.registry import sayable
from tests.rules import whole

many = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
WHO = {True: 'did "A"', False: "traits.x"}
VIEWED = {"event": "Product Viewed", "within": "24h", "operator": "at_least", "value": 3}
ORDERED = {"event": "Order Completed", "within": "24h"}


def round_trip(said):
    condition = whole.parsed(said)
    assume(condition is not None)
    text = write(condition)
    assert read(text) == condition, text
    assert digest(read(text)) == digest(condition)
    assert text.isprintable()
    for room in (0, 40):
        wrapped = write(condition, room=room)
        assert read(wrapped) == condition, wrapped
        assert " ".join(wrapped.split()) == " ".join(wrapped.replace("\n", " ").split())


@many
@given(whole.conditions)
def test_every_condition_is_read_back_as_it_was(said):
    round_trip(said)


@pytest.mark.nightly
@settings(many, max_examples=10_000)
@given(whole.conditions)
def test_every_condition_is_read_back_as_it_was_in_a_long_search(said):
    round_trip(said)


@pytest.mark.parametrize("part", operators.values(), ids=list(operators))
def test_every_operator_can_be_said_by_label_and_by_name_with_no_edit_here(part):
    what = {"event": "A"} if part.of_events else {"attribute": "traits.x"}
    said = {**what, "operator": part.name}
    if part.example.operand is not None:
        said["value"] = part.example.operand
    condition = parse(said, scope=Scope.SEGMENT)
    text = write(condition)
    assert text.startswith(f"{WHO[part.of_events]} {part.label}")
    assert read(text, scope=Scope.SEGMENT) == condition
    assert part.of_events or read(text.replace(part.label, part.name, 1)) == condition
    assert read(f"({text} and everyone) or (not {text})").parts[1].part == condition


@pytest.mark.parametrize("kind", sayable())
def test_every_measure_can_be_said(kind):
    said = {"event": "A", "measure": whole.aggregate(kind, "properties.x"), "operator": "is_known"}
    condition = parse(said, scope=Scope.SEGMENT)
    assert write(condition).startswith("the ")
    assert read(write(condition)) == condition


def test_no_two_parts_are_said_alike_and_every_word_can_be_read():
    word = re.compile(r"[a-z][\w'-]*")
    for table in (operator_words(), counts(), events()):
        assert all(word.fullmatch(each) for words in table for each in words)
    assert len(events()) == len(EVENTS)


SENTENCES = [
    (
        "viewed product at least 3 times within 24 hours and not placed an order within 24 hours",
        {"all": [VIEWED, {"not": ORDERED}]},
    ),
    (
        'did "Product Viewed" at least 3 times within 24h AND did not "Order Completed" within P1D',
        {"all": [VIEWED, {"not": ORDERED}]},
    ),
    ('did "Product Viewed" within 24 hours at least 3 times', VIEWED),
    ('all of (in segment "a", in segment "b")', {"all": [{"segment": "a"}, {"segment": "b"}]}),
    ("any of (everyone)", {"any": [{"everyone": True}]}),
    ("((everyone))", {"everyone": True}),
    (
        'traits.country in "DE", "AT" ignoring case',
        {
            "attribute": "traits.country",
            "operator": "in",
            "value": ["DE", "AT"],
            "ignore_case": True,
        },
    ),
    (
        'the time since "Order Completed" is more than 7 days',
        {
            "event": "Order Completed",
            "measure": "recency",
            "operator": "more_than",
            "value": 604800,
        },
    ),
    (
        'did "and" within 2 days until "2026-01-01T00:00:00Z" where (properties.x is "or")',
        {
            "event": "and",
            "within": "2d",
            "until": "2026-01-01T00:00:00Z",
            "where": {"attribute": "properties.x", "operator": "equals", "value": "or"},
        },
    ),
]


@pytest.mark.parametrize(("text", "said"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_what_people_write_is_read(text, said):
    assert read(text) == parse(said, scope=Scope.MATRIX)
    assert read("\n\t" + text.replace(" ", "\r\n  ")) == read(text) if '"' not in text else True


WRONG = [
    ("", 1, 1, "expected a condition"),
    ("everyone and", 1, 13, "found the end"),
    ('in segment "a" and\n  everyone or everyone', 2, 12, "mixed"),
    ("traits.plan equal 3", 1, 13, "expected an operator"),
    ("traits.plan is pro", 1, 16, "expected a value"),
    ('traits.plan is "pro', 1, 16, "to end on its line"),
    ("traits.age is at least 18 years", 1, 27, "expected and, or, or the end"),
    ('everyone and\ntraits.age is at least "18"', 2, 24, "a finite number"),
    ("traits.age is between 5 and 3", 1, 23, "the smaller number first"),
    ("context.page is known", 1, 1, "context.* cannot be asked here"),
    ("did Order", 1, 5, "the name of an event in quotes"),
    ('did "A" within 1 hour within 2 hours', 1, 23, "within once"),
    ('did "A" at least 3', 1, 19, "expected times"),
    ('did "A" since 2027-01-01T00:00:00Z until 2026-01-01T00:00:00Z', 1, 42, "after since"),
    ('traits.a is one of "a", "b", {}', 1, 30, "a string, a finite number, true or false"),
    ('in sequence (did "A", did "B")', 1, 23, "expected then"),
    ("in segment vip", 1, 12, 'in quotes, like "vip"'),
    ('for the same properties.x (not did "A")', 1, 1, "an event that is not negated"),
    ('did "A" where (traits.x is known)', 1, 16, "traits.* cannot be asked here"),
    ("has been true for 0 seconds (everyone)", 1, 19, "a duration"),
    ('traits.x matches the pattern "("', 1, 30, ""),
    ("(everyone", 1, 10, "a closing parenthesis"),
    ("everyone)", 1, 9, "the end"),
    ("# everyone", 1, 1, "found '#'"),
    ("traits.x is 007", 1, 13, "found '0'"),
    ("traits.x is 1e999", 1, 13, "a finite number"),
    ("traits.d is before 2026-12-01", 1, 20, "an instant like 2026-12-01T08:00:00Z"),
    ("traits.n is at least 2026-1", 1, 26, "and, or, or the end, found -1"),
    ('traits.x is "\\x"', 1, 13, "the escapes of JSON"),
    ('traits.x is "\\ud800"', 1, 13, "lone surrogates"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "meant"), WRONG, ids=[w[0] for w in WRONG])
def test_an_error_says_where_and_what_was_expected(text, line, column, meant):
    with pytest.raises(InvalidError) as caught:
        read(text, scope=Scope.SEGMENT)
    found = caught.value
    assert (found.line, found.column) == (line, column), found
    assert meant in found.message
    assert str(found).startswith(f"line {line}, column {column}: ")


KEYWORDS = (
    "and or not ( ) , in segment everyone did where within 24 hours between ago the same for in "
    "sequence strict has been true all any of times is one at least { } [ ] : 3 -1 1e5 22:00 then"
)
ODD = [
    "`traits.odd`",
    "2026-01-01T00:00:00Z",
    "\n",
    "\0",
    "\ud800",
    "viewed a product",
    "ignoring case",
]
PIECES = [*KEYWORDS.split(" "), '"A"', '"', "`", "traits.plan", "properties.x", "number of", *ODD]


def read_or_refused(text):
    try:
        return read(text)
    except InvalidError as error:
        found = error
    lines = text.split("\n")
    assert 1 <= found.line <= len(lines)
    assert 1 <= found.column <= len(lines[found.line - 1]) + 1
    return None


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
)
def test_whatever_stands_there_is_read_or_refused_with_its_place(text):
    condition = read_or_refused(text)
    if condition is not None:
        said = write(condition)
        assert read(said) == condition
        assert write(read(said)) == said


@settings(max_examples=100, deadline=None)
@given(st.data(), whole.conditions)
def test_a_damaged_sentence_is_read_or_refused_with_its_place(data, said):
    condition = whole.parsed(said)
    assume(condition is not None)
    text = write(condition)
    cut = data.draw(st.integers(0, len(text)))
    kept = data.draw(st.integers(cut, len(text)))
    read_or_refused(text[:cut] + text[kept:])


HOSTILE = {
    "parentheses": "(" * 400_000,
    "nots": "not " * 100_000,
    "groups": "all of (" * 50_000,
    "entries of entries": "traits.a " + "has an entry that (" * 20_000,
    "filters": 'did "a" where (' * 30_000,
    "brackets": "traits.a is " + "[" * 400_000,
    "braces": "context.location is near " + '{"a":' * 80_000,
    "parts": " and ".join(["everyone"] * 30_000),
    "steps": "in sequence (" + ', then did "a"' * 30_000,
    "entries": "traits.a is one of " + ", ".join(["1"] * 100_000),
    "a long word": "x" * 400_000,
    "a long text": '"' + "a" * 400_000,
    "a long number": "traits.a is " + "9" * 400_000,
    "a long duration": "traits.a is within the last " + "9" * 400_000 + "d",
    "a huge power": "traits.a is within the last 1e999999999 days",
    "too long": " " * 500_001,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_hostile_is_refused(text):
    with pytest.raises(InvalidError) as caught:
        read(text)
    assert len(str(caught.value)) < 400


def test_a_list_as_long_as_the_language_allows_is_read():
    said = {"attribute": "traits.a", "operator": "in", "value": [f"x{i}" for i in range(10_000)]}
    condition = parse(said, scope=Scope.SEGMENT)
    assert read(write(condition)) == condition


def test_a_long_sentence_is_broken_where_its_parts_are_joined():
    plans = 'traits.plan is "pro" or traits.plan is "team" or traits.age is known'
    text = f'in segment "vip" and ({plans})'
    assert write(read(text), room=40).splitlines() == [
        'in segment "vip"',
        "and (",
        '  traits.plan is "pro"',
        '  or traits.plan is "team"',
        "  or traits.age is known",
        ")",
    ]


def test_a_scope_is_kept_to():
    with pytest.raises(InvalidError):
        read("context.page.path is known", scope=Scope.SEGMENT)
    assert read('in segment "vip"', scope=Scope.SEGMENT) == Member("vip")
