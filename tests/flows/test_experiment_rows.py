"""Rows of experiments are held, counted and explained, and never put in force before they run."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from personalization.decisions import drafts as matrices
from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.flows import explanation, publication, punctual, shading
from personalization.sites.models import Publication
from personalization.sites.reviews import Schedule
from rules.errors import InvalidError
from rules.matrix.document import parse
from tests import estate
from tests.flows.desk import TIME, Desk
from tests.flows.ground import START, track
from tests.flows.shown import Shown
from tests.flows.test_rulebook import ground, put, run  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
AT, NAMED = "/rows/1/then/experiment", "expected row try switched off: experiments are not run yet"
TRY = {"id": "try", "when": {"everyone": True}, "then": {"experiment": "hero-test"}}


def draft(desk, *, enabled=True):
    said = estate.document("home.hero")
    said["rows"].append({**TRY, "enabled": enabled})
    return matrices.draft(desk.mine.matrix, said, "ann")


def refused(act, *args, **said):
    with pytest.raises(InvalidError) as raised:
        act(*args, **said)
    fault = raised.value
    assert (fault.at.removeprefix("/document"), fault.code, fault.message) == (
        AT, "unsupported", NAMED,
    )  # fmt: skip


def test_nobody_approves_schedules_or_publishes_an_experiment_that_is_switched_on():
    desk = Desk()
    desk.terms(approvals=1)
    ann, bob = desk.who("ann"), desk.who("bob", "reviewer")
    tried, before = draft(desk), desk.live()
    desk.do("submit", tried, ann)
    refused(desk.do, "approve", tried, bob)
    assert desk.state(tried) == "in_review"
    desk.terms(approvals=0)
    refused(desk.do, "publish", tried, ann)
    refused(desk.do, "schedule", tried, ann, at=TIME[0], zone=TIME[1])
    refused(publication.publish_matrix, tried.pk, "ann", desk.clock)
    refused(publication.rollback_matrix, desk.mine.matrix.pk, tried.number, "ann", desk.clock)
    refused(shading.begin, tried, {}, "ann", desk.clock)
    assert desk.live() == before
    assert not Schedule.objects.exists()
    assert not Shadow.objects.exists()
    assert not Publication.objects.filter(revision_id=tried.pk).exists()


def test_one_that_is_switched_off_is_scheduled_goes_live_and_takes_nobody():
    desk = Desk()
    tried = draft(desk, enabled=False)
    desk.do("schedule", tried, desk.who("ann"), at=TIME[0], zone=TIME[1])
    desk.clock.instant = Schedule.objects.get().at
    punctual.step(desk.clock)
    assert desk.live() == tried.number
    assert MatrixRevision.objects.get(pk=tried.pk).document["rows"][1]["then"] == TRY["then"]


@pytest.fixture
def shop(monkeypatch, child_env):
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])
    made = Shown()
    rows = [{"id": "pro", "when": estate.PRO, "then": {"variant": "pro"}}]
    made.slot = made.put("hero", ("base", "pro"), rows, fallback=["base"])
    made.see(track("Viewed", "ada", at=7_000))
    made.clock.instant = START + 7_200_000_000
    return made


def test_explaining_a_draft_names_the_experiment_beside_what_is_shown_instead(shop):
    below = {"id": "below", "when": {"everyone": True}, "then": {"variant": "pro"}}
    shop.matrix(shop.slot, [TRY, below], publish=False, fallback=["base"])
    told = explanation.explain(
        shop.site, {"slot": "hero", "visitor": {"userId": "ada"}, "matrix": "draft"}, shop.clock
    )
    decision = told["decision"]
    assert (decision["variant"], decision["experiment"]) == ("base", "hero-test")
    assert (decision["row"], decision["reason"]) == (None, "DEFAULT")
    tried, hidden = told["rows"]
    assert (tried["chosen"], tried["then"]) == (True, TRY["then"])
    assert (hidden["outcome"], hidden["behind"]) == ("matched", ["try"])
    asked = {"slot": "hero", "visitor": {"userId": "ada"}}
    assert explanation.explain(shop.site, asked, shop.clock)["decision"]["experiment"] is None


def test_a_folder_holds_it_as_a_draft_and_nothing_of_it_is_applied(ground, tmp_path):  # noqa: F811
    text = 'row "try"\n  when everyone\n  then experiment "hero-test"\n'
    put(tmp_path, "matrices/home%2Fhero.matrix", text)
    for verb in ("plan", "apply"):
        with pytest.raises(CommandError, match="row try switched off: experiments are not run"):
            run(verb, tmp_path)
    assert MatrixRevision.objects.count() == 1
    assert "1 drafts" in run("apply", tmp_path, "--draft")
    held = MatrixRevision.objects.get(number=2)
    assert (held.status, parse(held.document).rows[0].experiment) == ("draft", "hero-test")


def test_a_scenario_expects_an_experiment_by_its_name(ground, tmp_path):  # noqa: F811
    text = 'row "try"\n  when traits.plan is "pro"\n  then experiment "hero-test"\n'
    put(tmp_path, "matrices/home%2Fhero.matrix", text)
    told = [{"ago": "1d", "type": "identify", "traits": {"plan": "pro"}}]
    for shows, fine in (("experiment hero-test", True), ("hero-test", False)):
        expect = [{"shows": {"home/hero": shows}}]
        put(tmp_path, "scenarios/a.json", {"scenario": "a", "events": told, "expect": expect})
        if fine:
            assert "1 scenarios are as expected" in run("test", tmp_path)
        else:
            with pytest.raises(CommandError, match='it is "experiment hero-test"'):
                run("test", tmp_path)
