"""Polling: who is in by a condition at this instant, asked of everybody's state, some at a time."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from personalization.flows import census, definitions, listing
from personalization.flows.census import Person
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.models import Run
from personalization.profiles.models import Profile
from personalization.segments import factual, rolls
from personalization.segments.factual import Question
from personalization.segments.lists import ListVersion, SegmentList
from rules import fold, readings, state_json
from rules.definitions import Definitions

ALL = 1_000_000_000
"""Nobody is left out of a list."""


def compute(pk: int, actor: str, clock: Clock) -> Run:
    """Compute a list anew and put it in force; the run says how many are on it."""
    roll = SegmentList.objects.select_related("segment").get(pk=pk)

    def work(run: Run) -> None:
        version = poll(roll, run, clock)
        run.result = {"list": roll.segment.slug, "version": version.number, "count": version.count}
        listing.put_in_force(version, actor, clock)

    return runs.recorded(f"list {pk}", roll.segment.site_id, clock, work)


def poll(roll: SegmentList, run: Run, clock: Clock) -> ListVersion:
    """Keep who is in now as the list's next version."""
    site, now = roll.segment.site_id, clock.now()
    asked, question = definitions.live(site), factual.question(roll.condition, "/condition")
    return rolls.compute(roll, _inside(site, asked, question, now, run), now)


def _inside(site: int, asked: Definitions, question: Question, now: int, run: Run) -> Iterator[str]:
    devices = {pk.hex for pk in _devices(site)}
    for part in census.slices(site, ALL):
        for person in part:
            if person.profile not in devices and _is_in(person, asked, question, now):
                yield person.profile
        run.rows += len(part)


def _devices(site: int) -> Iterator[UUID]:
    rows = Profile.objects.filter(site_id=site, device_view=True)
    return rows.values_list("pk", flat=True).iterator()


def _is_in(person: Person, asked: Definitions, question: Question, now: int) -> bool:
    state = state_json.load(person.state, asked)
    if state.next_change is not None and state.next_change <= now:
        state = fold.fold(state, (), asked, now)
    known = readings.Attributes(state, asked, now, {})
    return question.holds(known.get, state.memberships, asked.segments, now)
