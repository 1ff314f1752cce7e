"""A span since an event may say which one: by its name, and by what it says."""

from __future__ import annotations

import pytest

from rules.definitions import Stability, build
from rules.durations import HOUR
from rules.errors import InvalidError
from rules.fold import fold
from rules.parser import parse
from rules.scopes import Scope
from tests.rules.happened import track

VIEWED, BOUGHT = "Product Viewed", "Order Completed"


def test_only_an_event_that_the_filter_of_since_last_is_true_of_begins_it_anew():
    large = {"event": BOUGHT, "where": {"attribute": "properties.total", "operator": "at_least",
                                        "value": 100}}  # fmt: skip
    asked = {"event": VIEWED, "since_last": large, "operator": "at_least", "value": 2}
    views = [track(at * HOUR, f"{at}", VIEWED) for at in (1, 3, 5, 7)]
    bought = [track(at * HOUR, f"b{at}", BOUGHT, total=total) for at, total in ((2, 99), (6, 100))]
    unsaid = track(4 * HOUR, "b4", BOUGHT)
    story = sorted([*views, *bought, unsaid], key=lambda event: event.at)
    definitions = build({"keen": (parse(asked, scope=Scope.SEGMENT), Stability())}, {})
    moves = fold(None, story, definitions, 8 * HOUR).moves
    assert [(move.entered, move.effective_at) for move in moves] == [
        (True, 3 * HOUR),
        (False, 6 * HOUR),
    ]


@pytest.mark.parametrize(
    ("last", "at"),
    [
        ({}, "/since_last"),
        ({"event": ""}, "/since_last/event"),
        ({"event": BOUGHT, "within": "1h"}, "/since_last/within"),
        ({"event": BOUGHT, "where": {"event": VIEWED}}, "/since_last/where"),
        ({"event": BOUGHT, "where": {"attribute": "traits.plan", "operator": "is_known"}},
         "/since_last/where/attribute"),
        (7, "/since_last"),
    ],
)  # fmt: skip
def test_what_since_last_cannot_begin_at_is_refused_where_it_stands(last, at):
    with pytest.raises(InvalidError) as refusal:
        parse({"event": VIEWED, "since_last": last}, scope=Scope.SEGMENT)
    assert refusal.value.at == at
