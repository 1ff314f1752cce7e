"""Alarms as rows: in any order of looks they are what a naive watchman says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from personalization.plant.instants import SECOND
from personalization.sites import sirens
from personalization.sites.alarms import Alarm
from personalization.sites.models import Site
from personalization.sites.sirens import Found

pytestmark = pytest.mark.django_db
KEYS = st.sampled_from([(None, "a"), (1, "a"), (1, "b")])
GRADES = st.sampled_from(["warning", "critical"])
LOOKS = st.lists(
    st.tuples(st.integers(1, 90), st.none() | st.dictionaries(KEYS, GRADES), st.booleans()),
    max_size=12,
)
PATIENCE = 60 * SECOND


class Watchman:
    """What alarms there should be, kept in the plainest way."""

    def __init__(self):
        self.open, self.past = {}, 0

    def look(self, found, now):
        for one in found:
            self._see((one.site_id, one.subject), one.grade, now)
        seen = {(one.site_id, one.subject) for one in found}
        for key in [key for key in self.open if key not in seen]:
            over = now - self.open[key]["seen"] >= sirens.CALM
            if over or not self.open[key]["raised"]:
                self.past += self.open.pop(key)["raised"]

    def _see(self, key, grade, now):
        fresh = {"since": now, "raised": False, "known": False, "grade": grade}
        state = self.open.setdefault(key, fresh)
        state["known"] &= not (state["grade"] == "warning" and grade == "critical")
        state |= {"seen": now, "grade": grade}
        state["raised"] |= now - state["since"] >= PATIENCE

    def know(self):
        for state in self.open.values():
            state["known"] |= state["raised"]

    def told(self):
        names = ("since", "raised", "grade", "known")
        return {key: tuple(state[name] for name in names) for key, state in self.open.items()}


def stored():
    return {
        (row.site_id, row.subject): (row.since, row.raised_at is not None, row.grade,
                                     row.acknowledged_at is not None)
        for row in Alarm.objects.filter(ended_at=None)
    }  # fmt: skip


@given(LOOKS)
@search(max_examples=40, deadline=None)
def test_alarms_are_what_a_naive_watchman_says(looks):
    Alarm.objects.all().delete()
    site = Site.objects.get_or_create(slug="one", name="One")[0].pk
    now, naive = 1_000 * SECOND, Watchman()
    for wait, asked, knows in looks:
        now += wait * SECOND
        items = (asked or {}).items()
        found = [Found(site if s else None, name, grade, {}) for (s, name), grade in items]
        sirens.keep({} if asked is None else {"k": found}, {"k": PATIENCE}, now)
        if asked is not None:
            naive.look(found, now)
        if knows:
            for row in Alarm.objects.filter(ended_at=None):
                sirens.acknowledge(row, "ann", "", now)
            naive.know()
        assert stored() == naive.told()
    assert Alarm.objects.exclude(ended_at=None).count() == naive.past
