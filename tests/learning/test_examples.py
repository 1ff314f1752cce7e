"""An example knows what was known then, and nothing of what came after but the answer."""

from hypothesis import given, settings
from hypothesis import strategies as st

from personalization.learning.examples import PER_PROFILE, definitions, examples
from personalization.learning.registry import scores
from rules.fold import feature, fold
from rules.parser import parse_measure
from rules.state import Event

HOUR = 3_600_000_000
DAY = 24 * HOUR
HORIZON = 7 * DAY
LATE = 1_000 * DAY
GOAL = "Order Completed"


def event(at, name, **properties):
    return Event(at, f"{at}-{name}", "track", name, properties, {}, {})


def asked(**measures):
    return definitions({name: parse_measure(measure) for name, measure in measures.items()})


VIEWS = asked(views={"event": "Product Viewed", "within": "24h"})


def test_an_example_counts_what_lies_before_it_and_its_own_event():
    story = [event(1 * HOUR, "Product Viewed"), event(2 * HOUR, "Product Viewed")]
    found = list(examples(story, VIEWS, GOAL, HORIZON, LATE))
    assert [(e.at, e.features["features.views"]) for e in found] == [(1 * HOUR, 1), (2 * HOUR, 2)]


def test_the_goal_counts_up_to_the_end_of_the_horizon_and_not_at_the_instant_itself():
    story = [
        event(1 * DAY, GOAL),
        event(2 * DAY, "Product Viewed"),
        event(9 * DAY, GOAL),
        event(10 * DAY, "Product Viewed"),
    ]
    found = {e.at // DAY: e.reached for e in examples(story, VIEWS, GOAL, HORIZON, LATE)}
    assert found == {1: False, 2: True, 9: False, 10: False}


def test_an_instant_whose_answer_is_not_known_yet_teaches_nothing():
    story = [event(1 * DAY, "Product Viewed"), event(2 * DAY, "Product Viewed")]
    found = list(examples(story, VIEWS, GOAL, HORIZON, 1 * DAY + HORIZON))
    assert [e.at for e in found] == [1 * DAY]


def test_a_busy_visitor_teaches_no_more_than_others():
    story = [event(hour * HOUR, "Product Viewed") for hour in range(200)]
    first = list(examples(story, VIEWS, GOAL, HORIZON, LATE))
    assert len(first) == PER_PROFILE
    assert first == list(examples(story, VIEWS, GOAL, HORIZON, LATE))


def test_features_that_answer_a_moment_or_a_text_take_no_part():
    mixed = asked(
        orders={"event": GOAL},
        latest={"event": GOAL, "measure": {"last": "properties.product_id"}},
    )
    assert list(mixed.features) == ["orders"]


def test_what_a_score_suggests_can_be_declared():
    for score in scores.values():
        declared = {name: parse_measure(measure) for name, measure in score.suggested.items()}
        assert set(definitions(declared).features) == set(score.suggested)


names = st.sampled_from(["Product Viewed", "Product Added", GOAL])
stories = st.lists(st.tuples(st.integers(1, 40), names), max_size=40).map(
    lambda steps: [
        event(hours * 6 * HOUR + tie, name) for tie, (hours, name) in enumerate(sorted(steps))
    ]
)


@given(stories)
@settings(max_examples=60, deadline=None)
def test_features_equal_those_a_reader_would_have_got_then(story):
    declared = scores["purchase_likelihood"].suggested
    all_of_them = asked(**declared)
    for example in examples(story, all_of_them, GOAL, HORIZON, LATE):
        state = fold(None, [e for e in story if e.at <= example.at], all_of_them, example.at)
        then = {
            f"features.{name}": feature(state, all_of_them, name, example.at) for name in declared
        }
        assert example.features == then
        after = (e.at - example.at for e in story if e.name == GOAL)
        assert example.reached == any(0 < gap <= HORIZON for gap in after)
