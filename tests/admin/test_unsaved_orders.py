"""Unsaved work, in any order: what is kept is what was said last, and a save loses nothing.

Hypothesis lets two people write in several pages each, whose messages arrive late or twice, who
close them, open them elsewhere, take back what was kept, and save; a naive oracle says what has to
be kept, and what each save has to hold.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.api.desk import workings
from personalization.flows import sheet
from personalization.sites import unsaved
from personalization.sites.progress import Subject
from tests import estate
from tests.admin.paged import Page
from tests.estate import signed_in

pytestmark = pytest.mark.django_db

turns = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.one_of(
            st.tuples(st.just("write"), st.integers(0, 3), st.sampled_from(["one", "two", ""])),
            st.tuples(st.just("write"), st.integers(0, 3), st.sampled_from(["one", "two", ""])),
            st.tuples(st.just("keep"), st.integers(0, 3), st.just("")),
            st.tuples(st.just("late"), st.integers(0, 9), st.just("")),
            st.tuples(st.just("drop"), st.integers(0, 3), st.just("")),
            st.tuples(st.just("open"), st.integers(0, 3), st.just("")),
            st.tuples(st.just("take"), st.integers(0, 3), st.just("")),
            st.tuples(st.just("save"), st.integers(0, 3), st.just("")),
            st.tuples(st.just("save"), st.integers(0, 3), st.just("")),
        ),
    ),
    min_size=8,
    max_size=24,
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
Notes = dict[str, str]


def notes(sheet: dict[str, Any]) -> Notes:
    return {row["id"]: row.get("note", "") for row in sheet["rows"]}


class World:
    """Two people, their pages, and what an onlooker with a long memory knows."""

    def __init__(self, mine: estate.Estate) -> None:
        self.pk, self.matrix = mine.matrix.pk, mine.matrix
        self.subject = Subject("matrix", mine.site.pk, self.pk)
        self.clients = [signed_in(mine, "editor", name) for name in ("one", "other")]
        self.people = [get_user_model().objects.get(username=name) for name in ("one", "other")]
        self.count = 0
        self.now: list[Page] = []
        self.sent: list[tuple[Page, dict[str, Any]]] = []
        self.steps: list[dict[str, int]] = [{}, {}]
        self.held: list[dict[str, dict[str, Any]]] = [{}, {}]
        self.now = [self.opened(0), self.opened(1)]
        self.newest = self.now[0].base
        self.versions = {self.newest: notes(self.now[0].sheet)}

    def opened(self, who: int) -> Page:
        self.count += 1
        page = Page(self.clients[who], self.pk, f"page-{self.count}", self.told(who))
        copies = page.told["working"]["copies"]
        assert {c["page"]: (c["step"], c["base"]) for c in copies} == {
            name: (said["step"], said["base"]) for name, said in self.held[who].items()
        }
        assert [c["page"] for c in copies] == list(reversed(self.held[who]))
        return page

    def told(self, who: int) -> dict[str, Any]:
        """Return what a page is told when it opens, without all that is drawn beside it."""
        request = RequestFactory().get("/")
        request.user = self.people[who]
        opened = sheet.opened(self.matrix)
        return {**opened, "working": workings.told(request, self.subject)}

    def deliver(self, who: int, page: Page, said: dict[str, Any]) -> None:
        newer = self.steps[who].get(page.name, -1) < said["step"]
        assert page.ask("keep", **said).json()["kept"] is newer
        if newer:
            self.steps[who][page.name] = said["step"]
            self.held[who].pop(page.name, None)
            self.held[who][page.name] = said
            for oldest in list(self.held[who])[: -unsaved.MOST]:
                del self.held[who][oldest]

    def forget(self, who: int, name: str, step: int) -> None:
        if self.steps[who].get(name, -1) <= step:
            self.steps[who][name] = step
            self.held[who].pop(name, None)

    def take(self, who: int, at: int) -> None:
        """Open a page and go on with what is kept of another one."""
        page = self.now[who] = self.opened(who)
        copies = page.told["working"]["copies"]
        if not copies:
            return
        one = copies[at % len(copies)]
        found = page.ask("kept", page_id=one["page"]).json()
        assert found["content"] == self.held[who][one["page"]]["content"]
        page.base, page.sheet, page.step = found["base"], found["content"], page.step + 1
        self.deliver(who, page, page.message())
        dropped = page.ask("drop", page_id=one["page"], step=one["step"])
        assert dropped.json() == {"dropped": True}
        self.forget(who, one["page"], one["step"])

    def save(self, who: int) -> None:
        page = self.now[who]
        base, ours, theirs = self.versions[page.base], notes(page.sheet), self.versions[self.newest]
        both = {i for i in ours if base[i] not in (ours[i], theirs[i]) and ours[i] != theirs[i]}
        told = page.save()
        assert {one["subject"] for one in told["conflicts"]} == both
        page.sheet, page.base = told["sheet"], told["base"]
        page.sheet["headings"] = list(dict.fromkeys([*page.sheet["headings"], "note"]))
        if both:
            page.step += 1
            return
        self.newest = told["base"]
        self.versions[self.newest] = notes(told["sheet"])
        assert self.versions[self.newest] == {
            i: ours[i] if ours[i] != base[i] else theirs[i] for i in ours
        }
        self.forget(who, page.name, page.step)

    def turn(self, who: int, verb: str, at: int, note: str) -> None:
        page = self.now[who]
        if verb == "write":
            page.write(at, note)
        elif verb == "keep":
            self.sent.append((page, page.message()))
            self.deliver(who, page, self.sent[-1][1])
        elif verb == "late" and self.sent:
            page, said = self.sent[at % len(self.sent)]
            self.deliver(self.clients.index(page.client), page, said)
        elif verb == "drop":
            page.step += 1
            page.ask("drop", page_id=page.name, step=page.step)
            self.forget(who, page.name, page.step)
        elif verb == "open":
            self.now[who] = self.opened(who)
        elif verb == "take":
            self.take(who, at)
        elif verb == "save":
            self.save(who)


def play(mine: estate.Estate, played: list[Any]) -> None:
    with transaction.atomic():
        world = World(mine)
        for who, (verb, at, note) in played:
            world.turn(who, verb, at, note)
        for who in (0, 1):
            world.opened(who)
        transaction.set_rollback(True)


@settings(max_examples=6, deadline=None, suppress_health_check=QUIET)
@given(played=turns)
def test_what_is_kept_is_what_was_said_last_and_a_save_loses_nothing(mine, played):
    play(mine, played)


@pytest.mark.nightly
@settings(max_examples=500, deadline=None, suppress_health_check=QUIET)
@given(played=turns)
def test_what_is_kept_is_what_was_said_last_in_many_orders(mine, played):
    play(mine, played)
