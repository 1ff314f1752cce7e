"""Retiring and cancelling over the management API and the admin's buttons."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from personalization.sites.models import Generation, Publication, Role
from tests import estate
from tests.api.test_management import client_of, post

pytestmark = pytest.mark.django_db


def preparing(mine: estate.Estate) -> Publication:
    Generation.objects.get_or_create(site=mine.site)
    return Publication.objects.create(
        site=mine.site,
        kind="segment",
        object_id=mine.segment.pk,
        revision_id=mine.segment.revisions.first().pk,
        started_at=1,
        total=10,
    )


def test_what_a_live_matrix_uses_is_not_retired_and_it_is_named(mine: estate.Estate):
    client = client_of(mine, "publisher")
    answer = post(client, f"segments/{mine.segment.pk}/retire/")
    assert answer.status_code == 422
    assert "nothing uses" in str(answer.json())


def test_a_matrix_is_retired_once_and_then_there_is_nothing_to_retire(mine: estate.Estate):
    client = client_of(mine, "publisher")
    assert post(client, f"matrices/{mine.matrix.pk}/retire/").json()["state"] == "live"
    mine.matrix.refresh_from_db()
    assert mine.matrix.live is None
    assert post(client, f"matrices/{mine.matrix.pk}/retire/").status_code in {409, 412}


def test_an_editor_retires_and_cancels_nothing(mine: estate.Estate):
    client, row = client_of(mine, "editor"), preparing(mine)
    assert post(client, f"matrices/{mine.matrix.pk}/retire/").status_code == 403
    assert post(client, f"publications/{row.pk}/cancel/").status_code == 403


def test_a_publication_is_cancelled_by_its_address_and_by_its_button(mine: estate.Estate):
    row = preparing(mine)
    assert post(client_of(mine), f"publications/{row.pk}/cancel/").json()["state"] == "cancelled"
    row = preparing(mine)
    user = estate.person("a-publisher")
    Role.objects.create(site=mine.site, user=user, name="publisher")
    client = Client()
    client.force_login(user)
    page = client.get(reverse("admin:sites_publication_change", args=[row.pk]))
    assert "Cancel this publication" in page.content.decode()
    assert client.post(reverse("desk:cancel", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.error) == ("cancelled", "cancelled by a-publisher")
    page = client.get(reverse("admin:segments_segment_change", args=[mine.segment.pk]))
    assert "Retire" in page.content.decode()
