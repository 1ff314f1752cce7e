"""What uses a thing is found wherever it stands, and what is in use is deleted through no door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from personalization.content import drafts as contents
from personalization.content import slots
from personalization.content.models import Slot, Variant
from personalization.decisions.models import Matrix
from personalization.flows import uses
from personalization.profiles.models import Attribute
from personalization.push.models import Endpoint
from personalization.segments import drafts as segments
from personalization.segments import rolls, stages
from personalization.segments.models import Segment, SegmentRevision
from personalization.sites import inuse, keys
from rules.errors import InvalidError
from tests import estate
from tests.flows.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def said(row: Any) -> set[tuple[str, str, bool]]:
    return {(use.kind, use.name, use.live) for use in uses.of(row)}


def test_a_segment_is_used_by_all_that_asks_for_it(desk: Desk):
    assert said(desk.mine.segment) == {
        ("matrix", "home.hero", True),
        ("trigger", "Welcome", True),
    }


def test_what_is_scheduled_or_reviewed_uses_it_though_a_newer_draft_does_not(desk: Desk):
    free = Segment.objects.create(site=desk.site, slug="free", name="Free")
    inner = Segment.objects.create(site=desk.site, slug="inner", name="Inner")
    old = segments.draft(free, {"segment": "inner"}, {}, "ann")
    desk.do("schedule", old, desk.who("ann"), "segment", at="2027-03-28T09:00", zone="UTC")
    segments.draft(free, estate.PRO, {}, "ann")
    assert said(inner) == {("segment", "Free", False)}
    desk.do("cancel", old, desk.who("ann"), "segment")
    assert said(inner) == set()


def test_a_variant_is_used_by_its_slot_s_matrix_and_chain_and_by_no_other_s(desk: Desk):
    sale = desk.mine.variant
    other = Slot.objects.create(site=desk.site, key="other", fallback=["sale"])
    assert said(sale) == {("matrix", "home.hero", True), ("slot", "home.hero", False)}
    baseline = Variant.objects.get(slot=desk.mine.slot, slug="baseline")
    assert ("slot", "home.hero", True) in said(baseline)
    assert said(Variant.objects.create(slot=other, slug="sale")) == {("slot", "other", True)}
    assert said(Variant.objects.create(slot=other, slug="spare")) == set()


def test_an_attribute_is_used_by_conditions_placeholders_rules_and_lists(desk: Desk):
    plan = desk.mine.attribute
    assert ("segment", "Very important", True) in said(plan)
    assert ("set", "Lifecycle", True) in said(plan)
    stage = Attribute.objects.create(site=desk.site, path="derived.stage")
    assert said(stage) == {("stages", "Stage rules", True)}
    city = Attribute.objects.create(site=desk.site, path="traits.city")
    assert said(city) == set()
    here = {"attribute": city.path, "operator": "equals", "value": "Wien"}
    segments.draft(desk.mine.segment, {"not": here}, {}, "ann")
    text = {"html": '<p>In {{ traits.city | default:"town" }}</p>'}
    contents.draft(desk.mine.variant, text, "ann", "de")
    rolls.upload(desk.mine.roll, [b"traits.city\nWien\n"], "ann", "x.csv", estate.AT)
    assert said(city) == {
        ("segment", "Very important", False),
        ("variant", "sale", False),
        ("list", "club", True),
    }


def test_slots_sources_features_and_lists_say_who_uses_them(desk: Desk):
    mine = desk.mine
    kinds = [use.kind for use in uses.of(mine.slot)]
    assert kinds == ["matrix", "variant", "variant"]
    assert said(mine.source) == {("binding", "sale <- 7", True)}
    assert said(mine.feature) == set()
    stages.draft(mine.stages, {"rules": [{
        "id": "x", "conclude": {"derived.stage": "loyalty"},
        "when": {"attribute": "features.orders", "operator": "at_least", "value": 1},
    }]}, "ann")  # fmt: skip
    assert said(mine.feature) == {("stages", "Stage rules", False)}
    segments.draft(mine.segment, {"segment": "club"}, {}, "ann")
    assert said(mine.roll) == {("segment", "Very important", False)}


def test_what_another_site_asks_is_no_use(desk: Desk):
    theirs = estate.found("theirs")
    rows = [use.row for use in uses.of(theirs.segment) + uses.of(theirs.attribute)]
    assert rows
    assert not set(rows) & {use.row for use in uses.of(desk.mine.attribute)}


def owner(desk: Desk) -> Client:
    client = Client()
    client.force_login(desk.mine.role.user)
    return client


@pytest.mark.parametrize("name", ["slot", "variant", "attribute", "source", "matrix"])
def test_the_admin_names_the_uses_and_deletes_nothing(desk: Desk, name: str):
    row = getattr(desk.mine, name)
    meta = row._meta
    path = reverse(f"admin:{meta.app_label}_{meta.model_name}_delete", args=[row.pk])
    client = owner(desk)
    for why in inuse.reasons(row):
        assert escape(why) in client.get(path).content.decode()
    client.post(path, {"post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", ["slot", "variant", "attribute", "source", "matrix", "segment"])
def test_the_management_api_lists_the_uses_and_deletes_nothing(desk: Desk, name: str):
    row = getattr(desk.mine, name)
    _, secret = keys.mint(desk.site, "mk", "ci", "owner")
    plural = {"matrix": "matrices"}.get(name, name + "s")
    client = Client(headers={"Authorization": f"Bearer {secret}", "If-Match": "*"})
    listed = client.get(f"/api/v1/{plural}/{row.pk}/uses/").json()["uses"]
    assert {(use["kind"], use["name"]) for use in listed} == {one[:2] for one in said(row)}
    answer = client.delete(f"/api/v1/{plural}/{row.pk}/")
    assert answer.status_code == 409
    for use in listed:
        assert f"{use['kind']} {use['name']}" in answer.json()["error"]["message"]
    assert type(row).objects.filter(pk=row.pk).exists()


def test_what_nothing_uses_goes_with_its_revisions(desk: Desk):
    slot = Slot.objects.create(site=desk.site, key="empty")
    draft = slots.draft(slot, {"ttl": 5}, "ann")
    desk.do("publish", draft, desk.who("ann"), "slot")
    path = reverse("admin:content_slot_delete", args=[slot.pk])
    assert owner(desk).post(path, {"post": "yes"}).status_code == 302
    assert not Slot.objects.filter(key="empty").exists()


def test_a_matrix_goes_once_it_is_retired_and_then_its_slot_s_variants(desk: Desk):
    matrix, ann = desk.mine.matrix, desk.who("ann")
    with pytest.raises(InvalidError, match="retire it first"):
        inuse.refuse(matrix)
    desk.do("retire", matrix.revisions.get(status="live"), ann)
    inuse.refuse(Matrix.objects.get(pk=matrix.pk))


def test_an_endpoint_that_is_on_stays_while_deliveries_wait_for_it(desk: Desk):
    row = desk.mine.endpoint
    with pytest.raises(InvalidError, match="1 deliveries wait"):
        inuse.refuse(row)
    Endpoint.objects.filter(pk=row.pk).update(enabled=False)
    inuse.refuse(Endpoint.objects.get(pk=row.pk))


def test_how_many_questions_are_asked_does_not_grow_with_the_site(
    desk: Desk, django_assert_max_num_queries: Any
):
    for number in range(12):
        row = Segment.objects.create(site=desk.site, slug=f"s{number}", name=f"S{number}")
        segments.draft(row, {"segment": "vip"}, {}, "ann")
    assert SegmentRevision.objects.count() > 12
    with django_assert_max_num_queries(10):
        assert len(uses.of(desk.mine.segment)) == 14
