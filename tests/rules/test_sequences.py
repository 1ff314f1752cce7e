"""A sequence answers as every choice of events does, whatever order, cut or bound."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from rules import sequencing
from rules.feeds import ANY, facts_of
from rules.windows.sequence import Sequence
from tests.rules.oracle import Oracle
from tests.rules.stories import UNTIL, events, sequences

quiet = settings(max_examples=150, deadline=None)


def heard(sequence, event):
    """Return the kinds of events of a sequence that an event is."""
    found = []
    for name, feed in sequencing.feeds("k", sequence):
        if event.kind == "track" and name not in (event.name, ANY):
            continue
        if event.kind != "track" and name != ANY:
            continue
        if feed.where is None or feed.where(facts_of(event)) is True:
            found.append(feed.take(event))
    return found


@quiet
@given(sequences.map(lambda s: s.__class__(s.steps, s.span, None, s.strict)), events(), st.data())
def test_a_sequence_answers_as_every_choice_of_events_does(sequence, story, data):
    course = sequencing.course(sequence)
    window, oracle = Sequence(course), Oracle(story, {})
    instants = sorted({event.at for event in story})
    for place, at in enumerate(instants):
        now = [event for event in story if event.at == at]
        for event in data.draw(st.permutations(now)):
            for kind in data.draw(st.permutations(heard(sequence, event))):
                window.add(at, kind, event.tie)
        if data.draw(st.booleans()):
            window = Sequence.load(course, json.loads(json.dumps(window.dump())))
        so_far = [event for event in oracle.events if event.at <= at]
        end = instants[place + 1] if place + 1 < len(instants) else UNTIL + 20
        wanted = {n: oracle.answer(sequence, n, so_far) for n in range(at, end)}
        found = {n: window.read(n) for n in range(at, end)}
        assert found == wanted, (at, window.dump())
        changes = {n: wanted[n] for n in wanted if n > at and wanted[n] != wanted[n - 1]}
        assert {n: t for n, t in window.changes(at) if n < end} == changes
