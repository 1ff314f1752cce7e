"""A story that is gone on with, and taken back where something comes late, is the whole story."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from personalization.segments.drafts import stability_of
from rules import parser
from rules.scopes import Scope
from rules.state import Event
from tests.flows.naive_world import DAY, shrunk
from tests.flows.replay import Replay
from tests.flows.test_machine import ALONE, CONDITIONS, STABILITY
from tests.rules.oracle import Oracle

told = st.builds(
    lambda at, tie, name, said: Event(at, f"{tie:02}", "track", name, said, {}, {}),
    st.integers(0, 30), st.integers(0, 99), st.sampled_from("AAABBC"),
    st.fixed_dictionaries({}, optional={"k": st.sampled_from("xy"), "v": st.integers(0, 3)}),
)  # fmt: skip
steps = st.lists(st.tuples(st.lists(told, max_size=3), st.integers(0, 40)), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, ALONE - 1), st.sampled_from(STABILITY), steps, st.data())
def test_a_story_gone_on_with_is_the_story_from_its_beginning(number, stability, taken, data):
    condition = parser.parse(CONDITIONS[number], scope=Scope.SEGMENT)
    segments = {"first": tuple(map(shrunk, (condition, stability_of(stability))))}
    replay, log = Replay(segments, DAY), []
    for arrived, until in taken:
        log += arrived
        if log and data.draw(st.booleans()):
            del log[data.draw(st.integers(0, len(log) - 1))]
        seen = sorted((e for e in log if e.at <= until), key=lambda e: e[:2])
        assert replay.story(seen, until) == Oracle(seen, segments, DAY).story(until)
