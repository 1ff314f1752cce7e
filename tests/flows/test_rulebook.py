"""Rules as text files: export, plan, apply and test, with a site and without one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from personalization.content import drafts as contents
from personalization.content.models import Slot, Variant
from personalization.decisions import drafts as matrices
from personalization.decisions.models import Matrix, MatrixRevision
from personalization.flows import applying, definitions, publication
from personalization.plant import clock
from personalization.segments import drafts as segments
from personalization.segments.models import Segment, SegmentRevision
from personalization.sites.models import AuditEntry, Generation
from personalization.sites.reviews import Review, ReviewTerms
from tests.flows.ground import START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

ROOT = Path(__file__).resolve().parents[2]
BUYERS = {"event": "Order Completed", "within": "30d"}
ROWS = [{"id": "buyers", "when": {"segment": "buyers"}, "then": {"variant": "thanks"}}]
SCENARIO = {
    "scenario": "who bought is thanked for thirty days",
    "events": [{"ago": "1d", "event": "Order Completed"}],
    "expect": [
        {"in": ["buyers"], "shows": {"home/hero": "thanks"}},
        {"after": "30d", "not_in": ["buyers"], "shows": {"home/hero": "welcome"}},
    ],
}


@pytest.fixture
def ground(monkeypatch) -> Ground:
    """A site of ten people of whom three bought, with a segment and a matrix in force."""
    monkeypatch.setattr(clock.system, "offset", START - clock.system.now())
    made = Ground(consent="opt_out")
    made.segment("buyers", BUYERS, exit_after="30m")
    told = [track("Product Viewed", f"u{number}", -90) for number in range(10)]
    told += [track("Order Completed", f"u{number}", -60) for number in range(3)]
    made.admit([{**each, "messageId": f"m{number}"} for number, each in enumerate(told)])
    made.drain()
    slot = Slot.objects.create(site=made.site, key="home/hero", fallback=["welcome"])
    for slug in ("thanks", "welcome"):
        variant = Variant.objects.create(slot=slot, slug=slug)
        drafted = contents.draft(variant, {"html": slug}, "", "ann")
        publication.publish_variant(drafted.pk, "ann", made.clock)
    row = Matrix.objects.create(slot=slot)
    drafted = matrices.draft(row, {"rows": ROWS}, "ann")
    publication.publish_matrix(drafted.pk, "ann", made.clock)
    return made


def run(verb, folder, *more):
    said = io.StringIO()
    site = [] if verb == "test" else ["--site", "lantern"]
    call_command("rules", verb, str(folder), *site, *more, stdout=said)
    return said.getvalue()


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text))


def test_what_is_exported_is_no_change(ground, tmp_path):
    assert "3 files" in run("export", tmp_path)
    assert run("plan", tmp_path).splitlines() == ["0 to create, 0 to change"]
    before = Generation.objects.get().number
    assert "0 changes are live" in run("apply", tmp_path)
    assert Generation.objects.get().number == before


def test_scenarios_are_tried_with_the_files_alone(ground, tmp_path):
    run("export", tmp_path)
    put(tmp_path, "scenarios/thanks.json", SCENARIO)
    Segment.objects.all().update(live=None)
    assert "1 scenarios are as expected" in run("test", tmp_path)


def test_a_scenario_that_ends_otherwise_is_told(ground, tmp_path):
    run("export", tmp_path)
    put(tmp_path, "segments/buyers.segment", 'segment "buyers"\nwhen placed an order within 7 days')
    expect = [{"in": ["buyers"]}, {"after": "6d", "in": ["buyers"]}]
    put(tmp_path, "scenarios/t.json", [SCENARIO, {**SCENARIO, "expect": expect}])
    with pytest.raises(CommandError) as caught:
        run("test", tmp_path)
    assert 'after 6d (/expect/1): expected in segment "buyers", and is not' in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_a_plan_says_the_change_in_words_and_in_people_and_changes_nothing(ground, tmp_path):
    run("export", tmp_path)
    put(
        tmp_path,
        "segments/buyers.segment",
        'segment "buyers"\nwhen not placed an order within 30 days',
    )
    put(tmp_path, "segments/all.segment", 'segment "all"\nwhen in segment "buyers" or everyone')
    said = run("plan", tmp_path)
    assert "+when not placed an order within 30 days" in said
    assert "-exit after 30 minutes" in said
    assert "change segment buyers  (people 10, in 7, unknown 0, entering 7, leaving 3" in said
    assert "create segment all  (people 10, in 10" in said
    assert "1 to create, 1 to change" in said
    assert SegmentRevision.objects.count() == 1
    assert Segment.objects.count() == 1


def test_what_is_applied_is_in_force_for_everybody(ground, tmp_path):
    run("export", tmp_path)
    put(tmp_path, "segments/z.segment", 'segment "z"\nname "Z"\nvisible true\n\nwhen everyone')
    put(tmp_path, "segments/a.segment", 'segment "a"\nwhen in segment "z" and in segment "buyers"')
    rows = 'row "new" when in segment "a" then variant "welcome"\n'
    put(tmp_path, "matrices/home%2Fhero.matrix", rows)
    assert "3 changes are live" in run("apply", tmp_path)
    assert {"a", "z", "buyers"} == definitions.live(ground.site.pk).segments.keys()
    assert Segment.objects.get(slug="z").visible
    live = MatrixRevision.objects.get(status="live")
    assert [row["id"] for row in live.document["rows"]] == ["new"]
    assert live.author == "command"
    drafted = AuditEntry.objects.filter(object_type="matrix", action="drafted").first()
    drafted = AuditEntry.objects.filter(object_type="matrix", action="drafted").first()
    assert '+row "new"' in drafted.detail["diff"]
    assert "0 to create, 0 to change" in run("plan", tmp_path)


def test_what_is_not_in_the_folder_is_left_and_said(ground, tmp_path):
    put(tmp_path, "segments/new.segment", 'segment "new"\nwhen everyone')
    said = run("plan", tmp_path, "--no-people")
    assert "leave segment buyers" in said
    assert "leave matrix home/hero" in said
    run("apply", tmp_path)
    assert {"new", "buyers"} == definitions.live(ground.site.pk).segments.keys()


def test_drafts_are_written_and_nothing_is_published(ground, tmp_path):
    put(tmp_path, "segments/buyers.segment", 'segment "buyers"\nvisible true\nwhen everyone')
    assert "1 drafts" in run("apply", tmp_path, "--draft")
    assert SegmentRevision.objects.get(number=2).status == "draft"
    assert not Segment.objects.get().visible


def test_where_people_approve_nothing_but_drafts_is_written(ground, tmp_path):
    put(tmp_path, "segments/new.segment", 'segment "new"\nwhen everyone')
    ReviewTerms.objects.create(site=ground.site, approvals=1)
    with pytest.raises(CommandError, match="people approve"):
        run("apply", tmp_path)
    assert Segment.objects.count() == 1
    run("apply", tmp_path, "--draft")
    assert Review.objects.get(kind="segment", number=1, state="draft").authors == ["command"]


def test_what_others_published_since_the_export_is_not_undone_unless_asked(ground, tmp_path):
    run("export", tmp_path)
    put(tmp_path, "segments/buyers.segment", 'segment "buyers"\nwhen everyone')
    mine = segments.draft(Segment.objects.get(), {"not": BUYERS}, {}, "ann")
    publication.publish_segment(mine.pk, "ann", ground.clock)
    assert "it would undo r2 by ann" in run("plan", tmp_path, "--no-people")
    for more in ((), ("--draft",)):
        with pytest.raises(CommandError, match="segment buyers: r2 by ann, after the export"):
            run("apply", tmp_path, *more)
    assert SegmentRevision.objects.count() == 2
    assert "1 changes are live" in run("apply", tmp_path, "--over")
    put(tmp_path, "segments/buyers.segment", 'segment "buyers"\nwhen not everyone')
    assert "1 changes are live" in run("apply", tmp_path)


def test_a_name_that_somebody_took_since_the_export_is_theirs(ground, tmp_path):
    run("export", tmp_path)
    put(tmp_path, "segments/new.segment", 'segment "new"\nwhen everyone')
    row = Segment.objects.create(site=ground.site, slug="new", name="New")
    publication.publish_segment(segments.draft(row, BUYERS, {}, "ann").pk, "ann", ground.clock)
    with pytest.raises(CommandError, match="segment new: r1 by ann"):
        run("apply", tmp_path)
    assert row.revisions.count() == 1


def test_one_rulebook_is_applied_at_a_time(ground, tmp_path, child_env):
    run("export", tmp_path)
    put(tmp_path, "segments/buyers.segment", 'segment "buyers"\nwhen everyone')
    words = [sys.executable, "manage.py", "rules", "apply", str(tmp_path), "--site", "lantern"]
    with applying.alone(ground.site.pk):
        done = subprocess.run(words, cwd=ROOT, env=child_env, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"no other rulebook being applied" in done.stderr
    assert SegmentRevision.objects.count() == 1
    assert "1 changes are live" in run("apply", tmp_path)


BROKEN = {
    "segments/one.segment": 'segment "one"\nwhen everyone and',
    "segments/two.segment": 'segment "other"\nwhen everyone',
    "matrices/home%2Fhero.matrix": 'row "a" when everyone then variant',
    "scenarios/s.json": '{"scenario": "x", "expect": [{}]}',
    "scenarios/t.json": "{",
    "site.json": '{"zone": "UTC"}',
}


def test_every_fault_of_every_file_is_listed_and_nothing_changes(ground, tmp_path):
    for name, text in BROKEN.items():
        put(tmp_path, name, text)
    with pytest.raises(CommandError) as caught:
        run("apply", tmp_path)
    assert [said.split(":")[0] for said in str(caught.value).split("\n")] == [
        "site.json", "segments/one.segment", "segments/two.segment",
        "matrices/home%2Fhero.matrix", "scenarios/s.json", "scenarios/t.json",
    ]  # fmt: skip
    assert "line 2, column 18" in str(caught.value)
    assert SegmentRevision.objects.count() == 1


MISFITS = {
    "a circle": ("segments/a.segment", 'segment "a" when in segment "a"'),
    "an unknown segment": ("segments/a.segment", 'segment "a" when in segment "b"'),
    "an unknown slot": ("matrices/x.matrix", 'row "a" when everyone then variant "thanks"'),
    "an unknown variant": (
        "matrices/home%2Fhero.matrix", 'row "a" when everyone then variant "nothing"'
    ),
    "a row of an unknown segment": (
        "matrices/home%2Fhero.matrix", 'row "a" when in segment "b" then variant "thanks"'
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), MISFITS.values(), ids=list(MISFITS))
def test_what_does_not_fit_the_site_is_refused_whole(ground, tmp_path, name, text):
    put(tmp_path, "segments/fine.segment", 'segment "fine" when everyone')
    put(tmp_path, name, text)
    with pytest.raises(CommandError, match="expected"):
        run("apply", tmp_path)
    assert SegmentRevision.objects.count() == 1
    assert MatrixRevision.objects.count() == 1


def test_a_folder_that_is_none_and_a_site_that_is_none_are_named(ground, tmp_path):
    with pytest.raises(CommandError, match="expected a folder"):
        run("plan", tmp_path / "nowhere")
    with pytest.raises(CommandError, match=r"expected segments/\*.segment"):
        run("plan", tmp_path)
    with pytest.raises(CommandError, match="no site has the slug nobody"):
        call_command("rules", "plan", str(tmp_path), "--site", "nobody")
