"""The segment page: three forms in step, faults at their place, counts that are lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from personalization.flows import answering, composing, uses
from personalization.plant import clock, questions
from personalization.plant.questions import Question
from personalization.segments import drafts
from personalization.segments.models import Segment
from personalization.sites.models import AuditEntry
from rules.errors import InvalidError
from tests import estate
from tests.estate import signed_in

pytestmark = pytest.mark.django_db

CART = (
    "viewed a product at least 3 times within 24 hours and added a product to the cart"
    " and not placed an order within 24 hours"
)
PRO = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
VIEWS = {"event": "Product Viewed", "within": "24h", "operator": "at_least", "value": 3}


def post(client: Client, name: str, segment: Segment, said: Any, **headers: Any) -> Any:
    url = reverse(f"desk:segment-{name}", args=[segment.pk])
    return client.post(url, said, content_type="application/json", headers=headers or None)


def save(client: Client, segment: Segment, base: int, condition: Any, stability: Any = None) -> Any:
    said = {"condition": condition, "stability": stability or {}, "note": "n"}
    return post(client, "save", segment, said, **{"If-Match": f'"{base}"'})


def opened(client: Client, segment: Segment) -> dict[str, Any]:
    answer = client.get(reverse("desk:segment", args=[segment.pk]))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.context["told"]
    return told


def test_the_page_tells_the_draft_its_grammar_and_what_uses_it(mine):
    client = signed_in(mine, "viewer")
    told = opened(client, mine.segment)
    assert told["condition"] == {"everyone": True}
    assert told["live"] == 1
    assert told["base"] == 2
    assert "at_least" in told["grammar"]["operators"]
    page = client.get(reverse("desk:segment", args=[mine.segment.pk]))
    assert {use.kind for use in page.context["uses"]} >= {"matrix"}


def test_text_and_tree_are_two_forms_of_the_same(mine):
    client = signed_in(mine, "viewer")
    told = post(client, "check", mine.segment, {"form": "text", "said": CART}).json()
    assert told["faults"] == []
    again = post(client, "check", mine.segment, {"form": "tree", "said": told["document"]}).json()
    assert again == told
    assert [next(iter(part)) for part in told["document"]["all"]] == ["event", "event", "not"]


def test_every_fault_stands_at_its_place(mine):
    client = signed_in(mine, "viewer")
    wrong = {"all": [{**PRO, "operator": "is"}, {"all": []}, {"event": ""}, PRO]}
    told = post(client, "check", mine.segment, {"form": "tree", "said": wrong}).json()
    assert [fault["at"] for fault in told["faults"]] == [
        "/all/0/operator",
        "/all/1/all",
        "/all/2/event",
    ]
    told = post(client, "check", mine.segment, {"form": "text", "said": "everyone and"}).json()
    assert (told["faults"][0]["line"], told["faults"][0]["column"]) == (1, 13)


def test_an_empty_condition_is_refused_and_everyone_must_be_said(mine):
    client = signed_in(mine, "editor")
    assert save(client, mine.segment, 2, {"all": []}).status_code == 422
    assert save(client, mine.segment, 2, {}).json()["error"]["at"] == ""
    assert save(client, mine.segment, 2, {"everyone": True}).status_code == 200


def test_one_save_is_one_revision_with_its_note_and_entry(mine):
    answer = save(signed_in(mine, "editor"), mine.segment, 2, PRO, {"exit_after": "1h"})
    assert answer.json()["base"] == 3
    assert answer["ETag"] == '"3"'
    newest = mine.segment.revisions.first()
    assert (newest.condition, newest.stability, newest.note) == (PRO, {"exit_after": "1h"}, "n")
    assert AuditEntry.objects.filter(action="drafted", object_id=str(mine.segment.pk)).exists()


def test_who_changed_another_part_meanwhile_loses_nothing(mine):
    client = signed_in(mine, "editor")
    told = opened(client, mine.segment)
    save(client, mine.segment, 2, told["condition"], {"exit_after": "1h"})
    done = save(client, mine.segment, 2, PRO, told["stability"]).json()
    assert done["merged"]
    assert (done["condition"], done["stability"]) == (PRO, {"exit_after": "1h"})


def test_where_both_changed_the_same_somebody_is_asked(mine):
    client = signed_in(mine, "editor")
    save(client, mine.segment, 2, PRO)
    answer = save(client, mine.segment, 2, VIEWS)
    assert answer.status_code == 409
    [conflict] = answer.json()["conflicts"]
    assert (conflict["part"], conflict["ours"], conflict["theirs"]) == ("condition", VIEWS, PRO)
    assert mine.segment.revisions.first().number == 3
    assert save(client, mine.segment, 3, VIEWS).json()["base"] == 4


@pytest.mark.parametrize("said", ["", "x", "99", "1234567890"])
def test_a_save_without_the_number_it_stands_on_is_refused(mine, said):
    client = signed_in(mine, "editor")
    answer = post(
        client, "save", mine.segment, {"condition": PRO, "stability": {}}, **{"If-Match": said}
    )
    assert answer.status_code == 422


def test_who_may_only_look_changes_nothing_and_strangers_find_nothing(mine):
    viewer, stranger = signed_in(mine, "viewer"), signed_in(estate.found("other"), "owner")
    assert save(viewer, mine.segment, 2, PRO).status_code == 403
    assert post(viewer, "visible", mine.segment, {"visible": True}).status_code == 403
    assert save(stranger, mine.segment, 2, PRO).status_code == 404
    assert stranger.get(reverse("desk:segment", args=[mine.segment.pk])).status_code == 404


def test_whether_browsers_are_told_its_name_is_changed_at_once_and_written_down(mine):
    client = signed_in(mine, "editor")
    assert post(client, "visible", mine.segment, {"visible": True}).json() == {"visible": True}
    mine.segment.refresh_from_db()
    assert mine.segment.visible
    assert AuditEntry.objects.filter(action="changed", detail__visible=True).exists()
    assert post(client, "visible", mine.segment, {"visible": 1}).status_code == 422


def test_what_is_used_is_not_deleted_and_the_answer_names_what_uses_it(mine):
    with pytest.raises(InvalidError, match="in force"):
        uses.delete(mine.segment, "ann")
    used = Segment.objects.create(site=mine.site, slug="used", name="Used")
    drafts.draft(mine.segment, {"segment": "used"}, {}, "ann")
    with pytest.raises(InvalidError, match="Very important"):
        uses.delete(used, "ann")
    free = Segment.objects.create(site=mine.site, slug="free", name="Free")
    drafts.draft(free, PRO, {}, "ann")
    owner = signed_in(mine, "owner")
    assert owner.post(reverse("desk:segment-delete", args=[free.pk])).status_code == 302
    assert not Segment.objects.filter(pk=free.pk).exists()


def ask(mine: estate.Estate, kind: str, condition: Any, **more: Any) -> dict[str, Any]:
    said = {"site": mine.site.pk, "slug": mine.segment.slug, "condition": condition, **more}
    told: dict[str, Any] = answering.KINDS[kind](said, clock.system.now(), lambda: True)
    return told


def test_a_question_is_answered_once_and_an_older_one_is_left(mine):
    site = {"site": mine.site.pk, "slug": "vip", "condition": {"everyone": True}, "kind": "count"}
    begun: list[int] = []
    assert questions.ask("a", {**site, "n": 1}, lambda: begun.append(1), 0.01) is None
    assert questions.ask("a", {**site, "n": 1}, lambda: begun.append(1), 0.01) is None
    assert questions.ask("a", {**site, "n": 2}, lambda: begun.append(2), 0.01) is None
    assert begun == [1, 2]
    for _ in range(2):
        question = questions.take(1)
        assert isinstance(question, Question)
        answering.answer(question, clock.system)
    assert questions.ask("a", {**site, "n": 2}, list, 1)["people"] >= 0
    assert questions.ask("a", {**site, "n": 1}, list, 0.01) is None


def test_opening_a_segment_without_revisions_is_empty(mine):
    bare = Segment.objects.create(site=mine.site, slug="bare", name="Bare")
    assert composing.opened(bare)["condition"] == {"all": []}
    assert opened(signed_in(mine, "editor"), bare)["base"] == 0
    assert save(signed_in(mine, "publisher"), bare, 0, PRO).json()["base"] == 1
