"""A new segment or matrix asks for its name or slot; the builder comes next, JSON is a choice."""

from __future__ import annotations

import pytest
from django.urls import reverse

from personalization.content.models import Slot
from personalization.decisions.models import Matrix
from personalization.segments.models import Segment
from personalization.sites.models import Site

pytestmark = pytest.mark.django_db
NAMED = {"name": "Buyers", "slug": "buyers", "description": ""}


@pytest.fixture
def site():
    return Site.objects.create(slug="shop", name="Shop")


def test_a_segment_without_a_condition_is_built_next(admin_client, site):
    at = reverse("admin:segments_segment_add")
    answer = admin_client.post(at, {"site": site.pk, **NAMED})
    made = Segment.objects.get(slug="buyers")
    assert answer["location"] == reverse("desk:segment", args=[made.pk])
    assert not made.revisions.exists()
    assert admin_client.get(answer["location"]).status_code == 200


def test_a_segment_with_a_condition_is_a_draft_at_once(admin_client, site):
    at = reverse("admin:segments_segment_add")
    told = {"site": site.pk, **NAMED, "condition": '{"everyone": true}', "note": "all"}
    answer = admin_client.post(at, told)
    assert answer["location"] == reverse("admin:segments_segment_changelist")
    assert Segment.objects.get(slug="buyers").revisions.get().note == "all"


@pytest.mark.parametrize("more", [{"note": "x"}, {"exit_after": "1h"}])
def test_what_is_said_of_no_condition_is_not_lost_but_refused(admin_client, site, more):
    at = reverse("admin:segments_segment_add")
    answer = admin_client.post(at, {"site": site.pk, **NAMED, **more})
    assert "Expected a condition" in answer.text
    assert not Segment.objects.exists()


def test_a_segment_that_exists_keeps_its_condition(admin_client, site):
    admin_client.post(
        reverse("admin:segments_segment_add"),
        {"site": site.pk, **NAMED, "condition": '{"everyone": true}'},
    )
    made = Segment.objects.get()
    at = reverse("admin:segments_segment_change", args=[made.pk])
    answer = admin_client.post(at, {**NAMED, "condition": ""})
    assert answer.status_code == 200
    assert made.revisions.count() == 1


def test_a_matrix_without_a_document_is_filled_next(admin_client, site):
    slot = Slot.objects.create(site=site, key="home.hero", name="Hero")
    at = reverse("admin:decisions_matrix_add")
    assert "Expected a document" in admin_client.post(at, {"slot": slot.pk, "note": "x"}).text
    answer = admin_client.post(at, {"slot": slot.pk})
    made = Matrix.objects.get()
    assert answer["location"] == reverse("desk:sheet", args=[made.pk])
    assert not made.revisions.exists()
    assert admin_client.get(answer["location"]).status_code == 200
