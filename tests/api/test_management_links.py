"""Links in the API and on the desk: taken back and restored by who may, with a reason."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from personalization.profiles.models import Identity, Link
from personalization.sites import keys
from personalization.sites.models import Role
from tests import estate
from tests.flows.ground import HOUR, Ground, track

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> Ground:
    made = Ground()
    made.clock.instant += HOUR
    made.admit([track("Viewed", "ann", 1) | {"anonymousId": "phone"}])
    made.drain()
    return made


def client_of(ground: Ground, role: str) -> APIClient:
    _, secret = keys.mint(ground.site, "mk", role, role)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def is_one() -> bool:
    return Identity.objects.values("person").distinct().count() == 1


def test_a_link_is_revoked_and_restored(ground: Ground) -> None:
    client, link = client_of(ground, "publisher"), Link.objects.get()
    (found,) = client.get(f"/api/v1/links/?one={link.one}").json()["results"]
    assert (found["trust"], found["said_by"], found["revoked_at"]) == ("verified", "server", None)
    said = {"reason": "two people", "barred": True}
    done = client.post(f"/api/v1/links/{link.pk}/revoke/", said, format="json")
    assert (done.status_code, done.json()["reason"], done.json()["barred"]) == (
        200, "two people", True,
    )  # fmt: skip
    assert done.json()["revoked_by"].startswith("key:")
    assert not is_one()
    done = client.post(f"/api/v1/links/{link.pk}/restore/", {"reason": "one"}, format="json")
    assert (done.status_code, done.json()["revoked_at"]) == (200, None)
    assert is_one()


def test_a_reason_and_the_role_are_needed_and_other_sites_do_not_exist(ground: Ground) -> None:
    path, said = f"/api/v1/links/{Link.objects.get().pk}/revoke/", {"reason": "a test"}
    assert client_of(ground, "publisher").post(path, {}, format="json").status_code == 422
    assert client_of(ground, "editor").post(path, said, format="json").status_code == 403
    other = client_of(Ground("harbour"), "owner")
    assert other.post(path, said, format="json").status_code == 404
    assert is_one()


def test_the_desk_shows_what_joins_a_profile_and_takes_it_back(ground: Ground) -> None:
    user = estate.person("a-publisher")
    Role.objects.create(site=ground.site, user=user, name="publisher")
    client, link = Client(), Link.objects.get()
    client.force_login(user)
    page = reverse("desk:visitor", args=[UUID(ground.profile("ann"))])
    assert reverse("desk:revoke", args=[link.pk]) in client.get(page).content.decode()
    client.post(reverse("desk:revoke", args=[link.pk]), {"reason": ""})
    assert is_one()
    client.post(reverse("desk:revoke", args=[link.pk]), {"reason": "two people"})
    assert not is_one()
    shown = client.get(page).content.decode()
    assert "a-publisher: two people" in shown
    assert reverse("desk:restore", args=[link.pk]) in shown
