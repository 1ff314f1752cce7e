"""The pages of endpoints and previews: secrets once, links made, nothing for who may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from personalization.plant.clock import system
from personalization.push.models import Delivery, Endpoint
from personalization.sites import passes
from personalization.sites.models import AuditEntry, Role
from tests import estate

pytestmark = pytest.mark.django_db


def client_of(mine: estate.Estate, role: str) -> Client:
    user = estate.person(f"one-{role}")
    Role.objects.create(site=mine.site, user=user, name=role)
    client = Client()
    client.force_login(user)
    return client


def token_of(answer: Any) -> str:
    return str(answer.context["made"]["token"])


def test_the_form_makes_a_link_that_shows_what_was_chosen(mine: estate.Estate) -> None:
    editor, page = client_of(mine, "editor"), reverse("desk:preview-link", args=[mine.slot.pk])
    assert (
        page
        in editor.get(reverse("admin:content_slot_change", args=[mine.slot.pk])).content.decode()
    )
    assert (
        page
        in editor.get(
            reverse("admin:decisions_matrix_change", args=[mine.matrix.pk])
        ).content.decode()
    )
    assert b"vip" in editor.get(page).content or b"Very important" in editor.get(page).content
    form = {"who": "segments", "segments": ["vip"], "revision": "draft", "lasts": "1h",
            "url": "https://shop.example/", "at": "2026-12-24T18:00:00Z"}  # fmt: skip
    answer = editor.post(page, form)
    said = passes.read(token_of(answer), mine.site.pk, system.now()).said
    assert said == {"segments": ["vip"], "draft": True, "at": "2026-12-24T18:00:00Z"}
    assert answer.context["made"]["link"].startswith("https://shop.example/?pz_preview=pv_")
    profile = {"who": "profile", "profile": '{"traits": {"plan": "pro"}}', "revision": "1"}
    said = passes.read(token_of(editor.post(page, profile)), mine.site.pk, system.now()).said
    assert said == {"traits": {"plan": "pro"}, "matrices": {mine.slot.key: 1}}
    assert AuditEntry.objects.filter(action="made a preview").count() == 2


@pytest.mark.parametrize("profile", ["[1]", "{", '{"other": 1}', '{"at": 5}'])
def test_a_wrong_form_makes_none_and_says_why(mine: estate.Estate, profile: str) -> None:
    page = reverse("desk:preview-link", args=[mine.slot.pk])
    answer = client_of(mine, "editor").post(page, {"who": "profile", "profile": profile})
    assert answer.status_code == 200
    assert answer.context["made"] is None
    assert len(list(answer.context["messages"])) == 1


def test_previews_are_for_editors_of_the_site(mine: estate.Estate) -> None:
    other = estate.found("other")
    page = reverse("desk:preview-link", args=[mine.slot.pk])
    assert client_of(mine, "viewer").get(page).status_code == 403
    assert client_of(other, "owner").get(page).status_code == 404


def test_an_endpoint_is_made_tested_rotated_and_replayed_by_its_page(mine: estate.Estate) -> None:
    publisher = client_of(mine, "publisher")
    form = {"site": mine.site.pk, "url": "https://cms.example/new", "enabled": "on"}
    made = publisher.post(reverse("admin:push_endpoint_add"), form, follow=True)
    assert made.content.decode().count("whsec_") == 1
    row = Endpoint.objects.get(url="https://cms.example/new")
    page = reverse("admin:push_endpoint_change", args=[row.pk])
    act = reverse("admin:endpoint-act", args=[row.pk])
    assert "whsec_" not in publisher.get(page).content.decode()
    assert "whsec_" in publisher.post(act, {"wish": "rotate"}, follow=True).content.decode()
    publisher.post(act, {"wish": "test"})
    delivery = Delivery.objects.get(lane=row.lane)
    Delivery.objects.filter(pk=delivery.pk).update(
        state="dead", ended_at=1, answer="<b>no</b>", headers={"x-why": "busy"}
    )
    shown = publisher.get(page).content.decode()
    assert "&lt;b&gt;no" in shown
    assert "x-why" in shown
    publisher.post(act, {"wish": str(delivery.pk)})
    assert Delivery.objects.get(pk=delivery.pk).state == "waiting"
    foreign = Delivery.objects.get(pk=mine.delivery.pk)
    Delivery.objects.filter(pk=foreign.pk).update(state="dead", ended_at=1)
    publisher.post(act, {"wish": str(foreign.pk)})
    assert Delivery.objects.get(pk=foreign.pk).state == "dead"


def test_an_endpoints_page_keeps_wildcards_and_refuses_bad_addresses(mine: estate.Estate) -> None:
    publisher, row = client_of(mine, "publisher"), mine.endpoint
    page = reverse("admin:push_endpoint_change", args=[row.pk])
    types = ["segment.entered", "segment.exited", "segment.changed"]
    form = {"site": mine.site.pk, "url": "https://cms.example/b", "types": types}
    assert publisher.post(page, form).status_code == 302
    row.refresh_from_db()
    assert (row.types, row.url, row.enabled) == (["segment.*"], "https://cms.example/b", False)
    assert b"expected a URL" in publisher.post(page, {**form, "url": "ftp://x/"}).content
    act = reverse("admin:endpoint-act", args=[row.pk])
    viewer = client_of(mine, "viewer")
    assert viewer.post(act, {"wish": "rotate"}).status_code == 403
    assert viewer.get(act).status_code == 405
