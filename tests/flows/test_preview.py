"""A draft's preview counts what publishing it would then do; what nobody counts is refused."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from personalization.content import drafts as contents
from personalization.content.models import Slot, Variant
from personalization.decisions import drafts as matrices
from personalization.decisions.models import Matrix
from personalization.flows import census, preview, publication
from personalization.plant.models import Run
from personalization.segments import drafts as segments
from personalization.segments.models import Member, Segment
from tests.flows.ground import Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

PEOPLE = 30
PRO = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
BOUGHT = {"event": "Order Completed", "within": "30d", "operator": "at_least", "value": 2}


@pytest.fixture
def ground() -> Ground:
    """Thirty people: a third without a plan, a third pro, a third free; a fifth bought twice."""
    made = Ground(consent="opt_out")
    made.segment("pros", PRO)
    made.segment("buyers", BOUGHT)
    told = []
    for number in range(PEOPLE):
        user = f"u{number}"
        traits = {} if number % 3 == 0 else {"plan": "pro" if number % 3 == 1 else "free"}
        told.append({"type": "identify", "userId": user, "traits": traits})
        times = 2 if number % 5 == 0 else 1
        told += [track("Order Completed", user, -60 - again) for again in range(times)]
    made.admit([{**each, "messageId": f"m{number}"} for number, each in enumerate(told)])
    made.drain()
    return made


def draft(ground: Ground, slug: str, condition: object) -> int:
    segment = Segment.objects.get_or_create(site=ground.site, slug=slug, name=slug)[0]
    return segments.draft(segment, condition, {}, "ann").pk


def members(ground: Ground, slug: str) -> set[object]:
    live = publication.definitions.live(ground.site.pk)
    return set(Member.objects.filter(key=live.segments[slug]).values_list("profile", flat=True))


@pytest.mark.parametrize(
    "condition",
    [
        {"not": PRO},
        {"all": [PRO, BOUGHT]},
        {"any": [BOUGHT, {"attribute": "traits.plan", "operator": "is_unknown"}]},
        {"not": {"segment": "buyers"}},
    ],
)
def test_the_count_is_what_publishing_then_does(ground: Ground, condition: object) -> None:
    before = members(ground, "pros")
    revision = draft(ground, "pros", condition)
    run = preview.preview("segment", revision, ground.clock)
    assert (run.state, run.error, run.total, run.rows) == ("done", "", PEOPLE, PEOPLE)
    publication.publish_segment(revision, "ann", ground.clock)
    after = members(ground, "pros")
    assert run.result["people"] == PEOPLE
    assert run.result["in"] == len(after)
    assert run.result["entering"] == len(after - before)
    assert run.result["leaving"] == len(before - after)


def test_who_is_unknown_to_a_condition_is_counted_apart(ground: Ground) -> None:
    run = preview.preview("segment", draft(ground, "free", {"not": PRO}), ground.clock)
    assert (run.result["in"], run.result["unknown"]) == (10, 10)


def test_events_nobody_counts_are_refused_with_a_reason(ground: Ground) -> None:
    revision = draft(ground, "viewers", {"event": "Product Viewed"})
    run = preview.preview("segment", revision, ground.clock)
    assert run.state == "failed"
    assert "counts" in run.error


def test_more_people_than_are_looked_at_are_drawn(ground: Ground, monkeypatch) -> None:
    monkeypatch.setattr(census, "SLICE", 7)
    looked_at = [len(part) for part in census.slices(ground.site.pk, 20)]
    assert looked_at == [7, 7, 6]
    assert [len(part) for part in census.slices(ground.site.pk)] == [7, 7, 7, 7, 2]


@pytest.fixture
def matrix(ground: Ground) -> Matrix:
    slot = Slot.objects.create(site=ground.site, key="hero", fallback=["plain"])
    for slug in ("plain", "gold", "sale"):
        variant = Variant.objects.create(slot=slot, slug=slug)
        publication.publish_variant(contents.draft(variant, {"html": slug}, "ann").pk, "ann")
    made = Matrix.objects.create(slot=slot)
    publish(made, [row("a", {"segment": "pros"}, "gold")], ground)
    return made


def row(name: str, when: object, variant: str, **more: object) -> dict[str, object]:
    return {"id": name, "when": when, "then": {"variant": variant}, **more}


def publish(matrix: Matrix, rows: list[object], ground: Ground) -> None:
    revision = matrices.draft(matrix, {"slot": "hero", "rows": rows}, "ann")
    publication.publish_matrix(revision.pk, "ann", ground.clock)


def test_every_row_says_how_many_it_is_for_and_how_many_see_a_change(
    ground: Ground, matrix: Matrix
) -> None:
    rows = [
        row("b", {"segment": "buyers"}, "sale"),
        row("a", {"segment": "pros"}, "gold"),
        row("c", {"attribute": "context.locale", "operator": "is_known"}, "sale"),
    ]
    revision = matrices.draft(matrix, {"slot": "hero", "rows": rows}, "ann")
    run = preview.preview("matrix", revision.pk, ground.clock)
    assert (run.state, run.subject) == ("done", f"matrix {revision.pk}")
    assert run.result == {
        "method": "profiles",
        "people": PEOPLE,
        "row b": 6,
        "row a": 8,
        "row c": 0,
        "nothing": 16,
        "conflict": 0,
        "changed": 6,
    }


def test_what_consent_forbids_is_unknown_to_a_row(ground: Ground, matrix: Matrix) -> None:
    ground.site.consent = "opt_in"
    ground.site.save()
    revision = matrices.draft(matrix, matrix.revisions.get().document, "ann")
    run = preview.preview("matrix", revision.pk, ground.clock)
    assert run.result["nothing"] == PEOPLE


def test_a_matrix_that_could_not_be_published_is_refused(ground: Ground, matrix: Matrix) -> None:
    rows = [row("a", {"event": "Never Seen", "within": "1h"}, "gold")]
    revision = matrices.draft(matrix, {"slot": "hero", "rows": rows}, "ann")
    run = preview.preview("matrix", revision.pk, ground.clock)
    assert (run.state, Run.objects.filter(state="failed").count()) == ("failed", 1)


def test_the_command_prints_the_run(ground: Ground, capsys) -> None:
    call_command("preview", "segment", str(draft(ground, "all", {"everyone": True})))
    assert json.loads(capsys.readouterr().out)["in"] == PEOPLE
