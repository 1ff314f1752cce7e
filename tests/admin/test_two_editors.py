"""Two editors, saving in any order: each change is in the result, or its editor is asked about it.

Hypothesis lets two people write on one matrix and on one segment through the pages' own save
address; after every save each cell is compared with what both had written.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.decisions.models import Matrix
from tests import estate
from tests.estate import signed_in

pytestmark = pytest.mark.django_db

NOTHING = None
VALUES = {
    "note": ["", "one", "two"],
    "variant": ["sale", "baseline"],
    "rollout": ["100", "50", "20"],
    "segments": ["vip", "not vip"],
}
cells = st.one_of([
    st.tuples(st.just(heading), st.sampled_from(values)) for heading, values in VALUES.items()
])  # fmt: skip
numbers = st.integers(0, 4)
steps = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.one_of(
            st.tuples(st.just("write"), numbers, cells),
            st.tuples(st.just("write"), numbers, cells),
            st.tuples(st.just("add"), numbers, st.integers(0, 3)),
            st.tuples(st.just("remove"), numbers, numbers),
            st.tuples(st.just("move"), numbers, numbers),
            st.tuples(st.just("save"), st.booleans(), numbers),
            st.tuples(st.just("save"), st.booleans(), numbers),
        ),
    ),
    min_size=6,
    max_size=24,
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


Rows = dict[str, dict[str, str]]


def by_id(sheet: dict[str, Any]) -> Rows:
    return {row["id"]: {name: row.get(name, "") for name in VALUES} for row in sheet["rows"]}


class Desk:
    """One person with the grid open."""

    def __init__(self, mine: estate.Estate, name: str) -> None:
        self.client, self.matrix = signed_in(mine, "editor", name), mine.matrix
        told = self.client.get(reverse("desk:sheet", args=[mine.matrix.pk])).context["told"]
        self.base, self.sheet = told["base"], copy.deepcopy(told["sheet"])
        self.sheet["headings"] = [
            *self.sheet["headings"], *(set(VALUES) - set(self.sheet["headings"])),
        ]  # fmt: skip

    def change(self, verb: str, first: int, second: Any) -> None:
        rows = self.sheet["rows"]
        if verb == "add" and f"new-{second}" not in by_id(self.sheet):
            new = {"id": f"new-{second}", "variant": "sale", "segments": "vip", "rollout": "100"}
            rows.insert(min(first, len(rows)), new)
        elif rows and verb == "write":
            row = rows[first % len(rows)]
            row[second[0]] = second[1]
        elif rows and verb == "remove":
            rows.pop(first % len(rows))
        elif rows and verb == "move":
            rows.insert(second % len(rows), rows.pop(first % len(rows)))

    def save(self) -> dict[str, Any]:
        path = reverse("desk:sheet-save", args=[self.matrix.pk])
        said = {"sheet": self.sheet, "base": self.base}
        answer = self.client.post(path, said, content_type="application/json")
        assert answer.status_code == 200, answer.json()
        told: dict[str, Any] = answer.json()
        return told

    def settle(self, told: dict[str, Any], mine: bool) -> None:
        """Answer what one is asked, all for oneself or all for the other."""
        self.sheet, self.base = told["sheet"], told["base"]
        for one in told["conflicts"] if not mine else ():
            rows = self.sheet["rows"]
            if one["kind"] == "row":
                rows[:] = [
                    one["theirs"] if row["id"] == one["subject"] else row
                    for row in rows
                    if row["id"] != one["subject"] or one["theirs"]
                ]
            elif one["kind"] == "order":
                place = {name: i for i, name in enumerate(one["theirs"])}
                rows.sort(key=lambda row: place.get(row["id"], 99))


def lost(base: Rows, ours: Rows, theirs: Rows, result: Rows) -> list[object]:
    """Return what either changed and the result has otherwise."""
    found: list[object] = []
    for name in {*base, *ours, *theirs, *result}:
        before, mine, other, now = (rows.get(name) for rows in (base, ours, theirs, result))
        if before and mine and other:
            for heading in VALUES:
                changed = mine if mine[heading] != before[heading] else other
                if now is None or now[heading] != changed[heading]:
                    found.append((name, heading, changed[heading], now and now[heading]))
        elif now != (mine if mine != before else other):
            found.append((name, mine, other, now))
    return found


def collide(base: Rows, ours: Rows, theirs: Rows) -> set[str]:
    """Return the rows on which both changed the same otherwise."""
    found = set()
    for name in {*base, *ours, *theirs}:
        before, mine, other = (rows.get(name) for rows in (base, ours, theirs))
        if mine in (before, other) or other == before:
            continue
        whole = not (before and mine and other)
        if whole or any(
            mine[one] not in (before[one], other[one]) and other[one] != before[one]
            for one in VALUES
        ):  # fmt: skip
            found.add(name)
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Let what is done inside be as if it had never been, for the next example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def play(mine: estate.Estate, played: list[Any]) -> None:
    people = [Desk(mine, name) for name in ("one", "other")]
    versions = {people[0].base: by_id(people[0].sheet)}
    newest = people[0].base
    for who, (verb, first, second) in played:
        desk = people[who]
        if verb != "save":
            desk.change(verb, first, second)
            continue
        base, ours, theirs = versions[desk.base], by_id(desk.sheet), versions[newest]
        told = desk.save()
        stored = Matrix.objects.get(pk=mine.matrix.pk).revisions.first()
        if told["conflicts"]:
            assert stored.number == told["base"] == newest
            named = {one["subject"] for one in told["conflicts"] if one["kind"] == "row"}
            assert named == collide(base, ours, theirs)
            desk.settle(told, first)
            continue
        assert collide(base, ours, theirs) == set()
        newest = desk.base = told["base"]
        assert stored.number == newest
        desk.sheet = told["sheet"]
        desk.sheet["headings"] += [name for name in VALUES if name not in desk.sheet["headings"]]
        versions[newest] = by_id(told["sheet"])
        assert lost(base, ours, theirs, versions[newest]) == []


@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
@given(played=steps)
def test_no_change_of_a_matrix_is_lost(mine: estate.Estate, played: list[Any]):
    with undone():
        play(mine, played)


@pytest.mark.nightly
@settings(max_examples=600, deadline=None, suppress_health_check=QUIET)
@given(played=steps)
def test_no_change_of_a_matrix_is_lost_in_many_orders(mine: estate.Estate, played: list[Any]):
    with undone():
        play(mine, played)


CONDITIONS = [
    {"everyone": True},
    estate.PRO,
    {"not": estate.PRO},
    {"all": [estate.PRO, {"event": "Order Completed", "within": "30d"}]},
]
STAYS = [{}, {"min_stay": "1h"}, {"enter_after": "30m"}, {"min_stay": "1h", "exit_after": "2h"}]
turns = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.one_of(
            st.tuples(st.just("condition"), st.sampled_from(CONDITIONS)),
            st.tuples(st.just("stability"), st.sampled_from(STAYS)),
            st.tuples(st.just("save"), st.booleans()),
            st.tuples(st.just("save"), st.booleans()),
        ),
    ),
    min_size=6,
    max_size=24,
)
PARTS = ("condition", "stability")


class Builder:
    """One person with the segment's page open."""

    def __init__(self, mine: estate.Estate, name: str) -> None:
        self.client, self.segment = signed_in(mine, "editor", name), mine.segment
        page = self.client.get(reverse("desk:segment", args=[self.segment.pk])).context["told"]
        self.base, self.said = page["base"], {part: page[part] for part in PARTS}

    def save(self) -> Any:
        path, match = reverse("desk:segment-save", args=[self.segment.pk]), f'"{self.base}"'
        return self.client.post(
            path, self.said, content_type="application/json", headers={"If-Match": match}
        )


def build(mine: estate.Estate, played: list[Any]) -> None:
    people = [Builder(mine, name) for name in ("one", "other")]
    newest = people[0].base
    versions = {newest: dict(people[0].said)}
    for who, (verb, said) in played:
        one = people[who]
        if verb != "save":
            one.said[verb] = said
            continue
        base, theirs, ours = versions[one.base], versions[newest], dict(one.said)
        changed = {part for part in PARTS if ours[part] != base[part]}
        both = {part for part in changed if theirs[part] not in (base[part], ours[part])}
        answer = one.save()
        told = answer.json()
        assert answer.status_code == (409 if both else 200)
        one.base, one.said = told["base"], {part: told[part] for part in PARTS}
        assert {each["part"] for each in told["conflicts"]} == both
        if both:
            one.said |= {} if said else {each["part"]: each["theirs"] for each in told["conflicts"]}
        else:
            newest = one.base
            versions[newest] = {part: (ours if part in changed else theirs)[part] for part in PARTS}
            assert one.said == versions[newest]
        assert mine.segment.revisions.first().number == newest


@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
@given(played=turns)
def test_no_change_of_a_segment_is_lost(mine: estate.Estate, played: list[Any]):
    with undone():
        build(mine, played)


@pytest.mark.nightly
@settings(max_examples=600, deadline=None, suppress_health_check=QUIET)
@given(played=turns)
def test_no_change_of_a_segment_is_lost_in_many_orders(mine: estate.Estate, played: list[Any]):
    with undone():
        build(mine, played)


def test_two_who_open_a_matrix_without_a_draft_lose_nothing(mine: estate.Estate):
    Matrix.objects.filter(pk=mine.matrix.pk).update(live=None)
    mine.matrix.revisions.all().delete()
    people = [Desk(mine, name) for name in ("one", "other")]
    for number, desk in enumerate(people):
        desk.sheet["headings"] = list(dict.fromkeys(["id", *VALUES, *desk.sheet["headings"]]))
        desk.change("add", 0, number)
        told = desk.save()
        assert told["conflicts"] == []
    assert set(by_id(told["sheet"])) == {"new-0", "new-1"}
