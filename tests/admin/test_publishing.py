"""Drafts, publishing and rolling back in the admin, and what a wrong document is answered."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from personalization.flows import backtest, preview
from personalization.plant import clock
from personalization.segments.models import Segment, SegmentSet
from personalization.sites.models import AuditEntry, Generation, Key, Role, Site
from tests import estate
from tests.estate import signed_in

pytestmark = pytest.mark.django_db
BLANK = {"enter_after": "", "exit_after": "", "min_stay": "", "max_moves_per_day": "", "note": ""}


def posted(mine: estate.Estate, client: Client, condition: str, **more: str):
    url = reverse("admin:segments_segment_change", args=[mine.segment.pk])
    said = {"name": "Very important", "description": "", "condition": condition, **BLANK, **more}
    return client.post(url, said)


def test_saving_makes_a_draft_and_leaves_what_is_live(mine: estate.Estate):
    client = signed_in(mine, "editor")
    before = list(mine.segment.revisions.values("number", "condition", "status"))
    answer = posted(mine, client, '{"segment": "buyers"}', enter_after="30m")
    assert answer.status_code == 302
    after = list(mine.segment.revisions.values("number", "condition", "status"))
    assert after[1:] == before
    assert (after[0]["number"], after[0]["status"]) == (3, "draft")
    assert AuditEntry.objects.filter(action="drafted", object_id=str(mine.segment.pk)).exists()


def test_saving_without_a_change_makes_no_revision(mine: estate.Estate):
    client = signed_in(mine, "editor")
    same = json.dumps({"everyone": True}, indent=7)
    assert posted(mine, client, same, min_stay="1h").status_code == 302
    assert mine.segment.revisions.count() == 2


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{}", "At /"),
        ('{"all": [{"attribute": "traits.plan", "operator": "resembles"}]}', "At /all/0/operator"),
        (
            '{"all": [{"attribute": "time.hour", "operator": "equals", "value": 9}]}',
            "At /all/0/attribute",
        ),
        ('{"all": ', "not JSON"),
        ("", "This field is required"),
    ],
)
def test_a_wrong_condition_is_answered_at_the_field_with_its_place(
    mine: estate.Estate, condition: str, said: str
):
    answer = posted(mine, signed_in(mine, "editor"), condition)
    errors = " ".join(answer.context["adminform"].form.errors["condition"])
    assert said in errors
    assert mine.segment.revisions.count() == 2


def test_a_wrong_duration_is_answered_at_its_field(mine: estate.Estate):
    answer = posted(mine, signed_in(mine, "editor"), '{"everyone": true}', exit_after="soon")
    assert "exit_after" in answer.context["adminform"].form.errors


def test_a_publisher_publishes_and_rolls_back_and_an_editor_may_not(mine: estate.Estate):
    draft = mine.segment.revisions.get(number=2)
    url = reverse("desk:publish", args=["segment", draft.pk])
    assert signed_in(mine, "editor").post(url).status_code == 403
    client = signed_in(mine, "publisher")
    assert client.get(url).status_code == 405
    number = Generation.objects.get(site=mine.site).number
    assert client.post(url).status_code == 302
    assert Segment.objects.get(pk=mine.segment.pk).live.number == 2
    assert Generation.objects.get(site=mine.site).number == number + 1
    older = mine.segment.revisions.get(number=1)
    client.post(reverse("desk:rollback", args=["segment", older.pk]))
    assert Segment.objects.get(pk=mine.segment.pk).live.number == 1
    assert [r.status for r in mine.segment.revisions.all()] == ["retired", "live"]


def test_nobody_publishes_on_a_site_of_others(mine: estate.Estate):
    other = estate.found("other")
    draft = other.matrix.revisions.get(number=2)
    client = signed_in(mine, "owner")
    assert client.post(reverse("desk:publish", args=["matrix", draft.pk])).status_code == 404
    assert client.get(reverse("desk:revision", args=["matrix", draft.pk])).status_code == 404
    assert client.post(reverse("desk:features", args=[other.site.pk])).status_code == 404


def test_variants_matrices_and_features_are_published_likewise(mine: estate.Estate):
    client = signed_in(mine, "publisher")
    for kind, row in (("variant", mine.variant), ("matrix", mine.matrix)):
        draft = row.revisions.get(number=2)
        assert client.get(reverse("desk:revision", args=[kind, draft.pk])).status_code == 200
        client.post(reverse("desk:publish", args=[kind, draft.pk]))
        draft.refresh_from_db()
        assert draft.status == "live"
    assert client.post(reverse("desk:features", args=[mine.site.pk])).status_code == 302


def test_a_matrix_is_a_table_in_words_whose_last_row_is_everyone_else(mine: estate.Estate):
    url = reverse("admin:decisions_matrix_change", args=[mine.matrix.pk])
    page = signed_in(mine, "viewer").get(url).content.decode()
    assert "in segment &quot;vip&quot;" in page
    assert "Everyone else" in page


def test_a_matrix_for_another_slot_is_refused_with_the_place(mine: estate.Estate):
    client = signed_in(mine, "editor")
    url = reverse("admin:decisions_matrix_change", args=[mine.matrix.pk])
    answer = client.post(url, {"document": json.dumps(estate.document("other")), "note": ""})
    assert "At /slot" in " ".join(answer.context["adminform"].form.errors["document"])


def test_a_slot_of_another_site_cannot_be_chosen(mine: estate.Estate):
    other = estate.found("other")
    client = signed_in(mine, "editor")
    url = reverse("admin:content_variant_add")
    said = {"slug": "x", "name": "", "content": '{"html": "<p>x</p>"}', "locale": ""}
    answer = client.post(url, {**said, "slot": other.slot.pk})
    assert "slot" in answer.context["adminform"].form.errors
    assert client.post(url, {**said, "slot": mine.slot.pk}).status_code == 302


def test_a_key_is_shown_once_and_only_its_hash_is_kept(mine: estate.Estate):
    client = signed_in(mine, "owner")
    url = reverse("admin:sites_key_add")
    said = {"site": mine.site.pk, "kind": "mk", "label": "ci", "role": "editor"}
    page = client.post(url, said, follow=True).content.decode()
    key = Key.objects.get(label="ci")
    assert key.role == "editor"
    assert f"<code>{key.prefix}" in page
    again = client.get(reverse("admin:sites_key_change", args=[key.pk])).content.decode()
    assert "<code>mk_" not in again
    listing = reverse("admin:sites_key_changelist")
    client.post(listing, {"action": "revoke", "_selected_action": [key.pk]})
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_an_owner_gives_a_role_by_user_name(mine: estate.Estate):
    client, newcomer = signed_in(mine, "owner"), estate.person("newcomer")
    said = {"site": mine.site.pk, "username": "newcomer", "name": "viewer"}
    assert client.post(reverse("admin:sites_role_add"), said).status_code == 302
    assert Role.objects.get(user=newcomer).name == "viewer"


def test_a_site_is_given_its_secret_once_and_an_owner_renews_it(mine: estate.Estate):
    client = Client()
    client.force_login(estate.person("root", is_superuser=True))
    said = {"slug": "new", "name": "New", "timezone": "UTC", "locale": "en", "origins": ""}
    said |= {"lateness": 60, "consent": "opt_in", "session_pause": 1_800}
    page = client.post(reverse("admin:sites_site_add"), said, follow=True).content.decode()
    assert "shown this once" in page
    site = Site.objects.get(slug="new")
    assert Generation.objects.filter(site=site).exists()
    before = Site.objects.get(pk=mine.site.pk).signing_secret
    chosen = {"action": "renew_secret", "_selected_action": [mine.site.pk]}
    signed_in(mine, "publisher").post(reverse("admin:sites_site_changelist"), chosen)
    assert Site.objects.get(pk=mine.site.pk).signing_secret == before
    signed_in(mine, "owner").post(reverse("admin:sites_site_changelist"), chosen)
    assert Site.objects.get(pk=mine.site.pk).signing_secret != before


def test_the_page_of_a_revision_says_whom_it_would_be_about(mine: estate.Estate):
    draft = mine.segment.revisions.get(number=2)
    page, asked = reverse("desk:revision", args=["segment", draft.pk]), []
    url = reverse("desk:preview", args=["segment", draft.pk])
    viewer = signed_in(mine, "viewer")
    assert "Not counted yet" in viewer.get(page).content.decode()
    assert viewer.post(url).status_code == 403
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("celery.current_app.send_task", lambda *a, **o: asked.append((a, o["args"])))
        assert signed_in(mine, "editor").post(url).status_code == 302
    assert asked == [(("personalization.tasks.preview",), ("segment", draft.pk))]
    preview.preview("segment", draft.pk, clock.system)
    assert "0 people looked at" in viewer.get(page).content.decode()


def test_people_are_not_counted_for_variants_nor_for_sites_of_others(mine: estate.Estate):
    client, variant = signed_in(mine, "editor"), mine.variant.revisions.get(number=2)
    assert client.post(reverse("desk:preview", args=["variant", variant.pk])).status_code == 404
    strange = estate.found("other").matrix.revisions.get(number=2)
    assert client.post(reverse("desk:preview", args=["matrix", strange.pk])).status_code == 404


def test_a_back_test_is_asked_for_and_shown(mine: estate.Estate):
    draft, asked = mine.segment.revisions.get(number=2), []
    page = reverse("desk:backtest", args=[draft.pk])
    viewer = signed_in(mine, "viewer")
    assert "Not asked yet" in viewer.get(page).content.decode()
    form = {"days": "9", "more_than": "2", "stability": '[{"exit_after": "1h"}]'}
    assert viewer.post(page, form).status_code == 403
    editor = signed_in(mine, "editor")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("celery.current_app.send_task", lambda *_, **o: asked.append(o["args"]))
        assert editor.post(page, form).status_code == 302
        wrong = editor.post(page, {**form, "stability": '[{"exit_after": "soon"}]'}, follow=True)
        assert "At /stability/0/exit_after" in wrong.content.decode()
        assert (
            "At /stability" in editor.post(page, {"stability": "["}, follow=True).content.decode()
        )
    question = {"days": 9, "more_than": 2, "stability": [{"exit_after": "1h"}]}
    assert asked == [(draft.pk, json.dumps(question, separators=(",", ":")))]
    backtest.backtest(draft.pk, question, clock.system)
    shown = viewer.get(page).content.decode()
    assert "exit after 1h" in shown
    assert "In the 9 days up to" in shown
    other = estate.found("other").segment.revisions.get(number=2)
    assert viewer.get(reverse("desk:backtest", args=[other.pk])).status_code == 404


def test_a_set_is_drafted_and_published_in_the_admin(mine: estate.Estate):
    client = signed_in(mine, "publisher")
    ranked = {"members": [{"name": "pro", "when": estate.PRO}], "default": "rest"}
    form = {"site": mine.site.pk, "slug": "mood", "name": "Mood", "document": json.dumps(ranked)}
    url = reverse("admin:segments_segmentset_add")
    wrong = client.post(url, {**form, "enter_after": "soon"})
    assert wrong.context["adminform"].form.errors["enter_after"]
    assert client.post(url, form).status_code == 302
    row = SegmentSet.objects.get(slug="mood")
    assert (
        client.post(reverse("desk:publish", args=["set", row.revisions.get().pk])).status_code
        == 302
    )
    page = client.get(reverse("admin:segments_segmentset_change", args=[row.pk])).content.decode()
    assert "otherwise rest" in page
    listed = client.get(reverse("admin:segments_segment_changelist")).content.decode()
    assert "mood.rest" not in listed
