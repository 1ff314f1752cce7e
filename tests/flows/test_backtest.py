"""A back-test says of every setting what publishing it does, from the log, late and merged too."""

from __future__ import annotations

import json
import random

import pytest
from django.core.management import call_command

from personalization.flows import backtest, census, publication
from personalization.plant.models import Run
from personalization.profiles.models import ConsentEntry
from personalization.segments import drafts
from personalization.segments.models import Member, Move, Segment, SegmentRevision
from tests.flows.ground import DAY, START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

KEEN = {"event": "Viewed", "within": "6h", "operator": "at_least", "value": 2}
CALM = {"all": [{"segment": "keen"}, {"not": {"event": "Bought", "within": "1d"}}]}
SETTINGS = [
    {},
    {"enter_after": "30m"},
    {"exit_after": "3h"},
    {"enter_after": "1h", "exit_after": "1d", "min_stay": "2d"},
    {"max_moves_per_day": 2},
]
PEOPLE, DAYS = 12, 6


def told(seed: int = 1) -> list[dict[str, object]]:
    """Some people over six days: views in bursts, now and then a purchase."""
    draw = random.Random(seed)
    messages = []
    for number in range(PEOPLE):
        for _ in range(draw.randrange(3, 25)):
            name = "Bought" if draw.random() < 0.1 else "Viewed"
            messages.append(track(name, f"u{number}", int(draw.random() * DAYS * 86_400)))
    draw.shuffle(messages)
    return [{**each, "messageId": f"m{number}"} for number, each in enumerate(messages)]


@pytest.fixture
def ground() -> Ground:
    made = Ground(consent="opt_out")
    made.clock.instant = START + (DAYS + 1) * DAY
    made.segment("keen", KEEN, enter_after="10m")
    made.segment("calm", CALM, exit_after="15m")
    made.admit(told(), "import")
    made.drain("import")
    return made


def draft(ground: Ground, slug: str, condition: object, stability: object) -> SegmentRevision:
    segment = Segment.objects.get(site=ground.site, slug=slug)
    return drafts.draft(segment, condition, stability, "ann")


def tried(ground: Ground, revision: int, **asked: object) -> dict[str, object]:
    run = backtest.backtest(revision, asked, ground.clock)
    assert (run.state, run.error, run.rows) == ("done", "", run.total)
    return run.result


def stands(ground: Ground, slug: str, since: int) -> dict[str, int]:
    key = publication.definitions.live(ground.site.pk).segments[slug]
    moves = Move.objects.filter(key=key, superseded_at=None, effective_at__gt=since)
    return {"moves": moves.count(), "in": Member.objects.filter(key=key).count()}


@pytest.mark.parametrize("slug", ["keen", "calm"])
def test_each_setting_does_what_publishing_it_then_does(ground: Ground, slug: str) -> None:
    condition = {"keen": KEEN, "calm": CALM}[slug]
    revision = draft(ground, slug, condition, SETTINGS[0])
    said = tried(ground, revision.pk, days=4, more_than=2, stability=SETTINGS)
    assert [line["stability"] for line in said["settings"]] == SETTINGS
    since = ground.clock.now() - 4 * DAY
    for stability, line in zip(SETTINGS, said["settings"], strict=True):
        one = draft(ground, slug, condition, stability)
        publication.publish_segment(one.pk, "ann", ground.clock)
        assert {name: line[name] for name in ("moves", "in")} == stands(ground, slug, since)
        assert line["moves_per_day"] == round(line["moves"] / 4, 6)
    assert said["without"] == {k: v for k, v in said["settings"][0].items() if k != "stability"}
    assert said["without"]["moves"] > said["settings"][3]["moves"] > 0


def test_the_live_revision_is_tested_with_its_own_settings_first(ground: Ground) -> None:
    live = Segment.objects.get(slug="calm").live
    said = tried(ground, live.pk, days=30)
    first = said["settings"][0]
    assert first["stability"] == {"exit_after": "15m"}
    assert {name: first[name] for name in ("moves", "in")} == stands(ground, "calm", 0)
    assert said["in_now"] == first["in"]
    assert (said["people"], said["of"], said["method"]) == (PEOPLE, PEOPLE, "all")
    assert tried(ground, live.pk, days=30) == said


def test_late_events_and_merged_people_are_counted_where_they_belong(ground: Ground) -> None:
    device = [
        track("Viewed", None, at) | {"anonymousId": "phone", "messageId": f"late{at}"}
        for at in (3_600, 7_200, 4 * 86_400)
    ]
    link = {"type": "identify", "userId": "u1", "anonymousId": "phone", "messageId": "link"}
    ground.admit(device, "import")
    ground.admit([link | {"timestamp": "2026-11-01T00:00:00Z"}])
    ground.drain("import")
    ground.drain()
    ground.fire()
    live = Segment.objects.get(slug="calm").live
    first = tried(ground, live.pk, days=30)["settings"][0]
    assert {name: first[name] for name in ("moves", "in")} == stands(ground, "calm", 0)


def test_what_consent_took_away_is_not_counted(ground: Ground) -> None:
    before = tried(ground, Segment.objects.get(slug="keen").live.pk, days=30)
    said = {"type": "identify", "userId": "u1", "messageId": "no"}
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    ground.admit([{**said, "context": no}])
    ground.drain()
    assert ConsentEntry.objects.exists()
    after = tried(ground, Segment.objects.get(slug="keen").live.pk, days=30)
    assert after["settings"][0]["moves"] < before["settings"][0]["moves"]
    assert after["people"] == before["people"]


def test_more_people_than_are_folded_are_drawn_by_a_hash(ground: Ground, monkeypatch) -> None:
    monkeypatch.setattr(backtest, "MOST", 5)
    monkeypatch.setattr(backtest, "SLICE", 2)
    live = Segment.objects.get(slug="keen").live
    said = tried(ground, live.pk)
    assert (said["people"], said["of"]) == (5, PEOPLE)
    assert said["method"] == "the first 5 by a hash of the profile's id"
    assert census.drawn(ground.site.pk, 5) == census.drawn(ground.site.pk, 9)[:5]
    assert tried(ground, live.pk) == said


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"days": 0}, "/days"),
        ({"more_than": "x"}, "/more_than"),
        ({"stability": [{}, {"exit_after": "soon"}]}, "/stability/1/exit_after"),
        ({"stability": [{"stay": "1h"}]}, "/stability/0/stay"),
        ({"stability": []}, "/stability"),
        ({"day": 1}, "/day"),
        ([], ""),
    ],
)
def test_a_wrong_question_is_refused_with_its_place(ground: Ground, asked, at) -> None:
    run = backtest.backtest(Segment.objects.get(slug="keen").live.pk, asked, ground.clock)
    assert run.state == "failed"
    assert run.error.startswith(f"{at}: " if at else "")
    assert run.result == {}


def test_a_draft_that_names_nobody_is_refused(ground: Ground) -> None:
    revision = draft(ground, "keen", {"segment": "nobody"}, {})
    run = backtest.backtest(revision.pk, {}, ground.clock)
    assert (run.state, "nobody" in run.error) == ("failed", True)


def test_a_cancelled_back_test_stops(ground: Ground, monkeypatch) -> None:
    monkeypatch.setattr(backtest, "SLICE", 2)
    took = backtest.truths.of

    def cancelled(*asked):
        Run.objects.filter(state="running").update(state="cancelled")
        return took(*asked)

    monkeypatch.setattr(backtest.truths, "of", cancelled)
    run = backtest.backtest(Segment.objects.get(slug="keen").live.pk, {}, ground.clock)
    assert (run.state, run.rows, run.result) == ("cancelled", 2, {})


def test_the_command_prints_the_report(ground: Ground, capsys, monkeypatch) -> None:
    monkeypatch.setattr("personalization.plant.clock.system.now", ground.clock.now)
    live = Segment.objects.get(slug="calm").live
    call_command("backtest", str(live.pk), '{"days": 3, "stability": [{}]}')
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["days"], len(said["settings"])) == ("done", 3, 2)
