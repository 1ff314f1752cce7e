"""A segment as text: what is written is read back, and an error says its line and column."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.conditions import Everyone
from rules.errors import InvalidError
from rules.notations.sentences.said import TextError
from rules.notations.text import read_segment, write_segment
from rules.parser import parse
from rules.scopes import Scope
from rules.segment import Segment, document
from rules.segment import parse as parse_segment
from rules.stability import Stability
from tests.rules import whole

lengths = st.integers(0, 10**14)
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
heads = st.builds(
    Segment,
    st.from_regex(r"[-A-Za-z0-9_]{1,80}", fullmatch=True),
    st.just(Everyone()),
    st.builds(Stability, lengths, lengths, lengths, st.none() | st.integers(1, 9_999)),
    words,
    words,
    st.booleans(),
)
many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@many
@given(heads, whole.conditions)
def test_every_segment_is_read_back_as_it_was_from_text_and_from_json(head, said):
    try:
        condition = parse(said, scope=Scope.SEGMENT)
    except InvalidError:
        assume(False)
    one = replace(head, when=condition)
    assert read_segment(write_segment(one)) == one
    assert parse_segment(document(one)) == one


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("name 3", 1, 1),
        ('segment "a b" when everyone', 1, 9),
        ('segment "a"\nname 3\nwhen everyone', 2, 6),
        ('segment "a"\nexit after 3\nwhen everyone', 2, 12),
        ('segment "a"\nexit after 1 hour exit after 2 hours\nwhen everyone', 2, 19),
        ('segment "a"\nvisible "yes"\nwhen everyone', 2, 9),
        ('segment "a"\nmax moves per day 0\nwhen everyone', 2, 19),
        ('segment "a"\nnonsense\nwhen everyone', 2, 1),
        ('segment "a"\nwhen everyone and', 2, 18),
        ('segment "a"\nwhen everyone everyone', 2, 15),
        ('segment "a"\nwhen context.url is "x"', 2, 6),
    ],
)
def test_an_error_says_its_line_and_column(text, line, column):
    with pytest.raises(TextError) as caught:
        read_segment(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "expected" in caught.value.message
