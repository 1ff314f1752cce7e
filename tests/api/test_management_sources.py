"""Sources in the management API and the admin: secrets shown once, links checked, syncs begun."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from personalization.content.sources import Binding, Source
from personalization.plant.clock import system
from personalization.push.models import Delivery
from personalization.sites import keys
from personalization.sites.models import AuditEntry
from tests import estate

pytestmark = pytest.mark.django_db
NEW = {"slug": "cms", "adapter": "contentful", "url": "https://cdn.contentful.com",
       "options": {"space": "sp1"}, "token": "the-token-of-ours"}  # fmt: skip


@pytest.fixture
def api(mine):
    _, secret = keys.mint(mine.site, "mk", "tests", "owner")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def post(api, path, body=None):
    return api.post(f"/api/v1/{path}", body or {}, format="json", headers={"If-Match": "*"})


def test_a_secret_is_shown_once_in_the_form_its_cms_takes_and_a_token_never(api, mine):
    made = post(api, "sources/", NEW)
    assert made.status_code == 201, made.content
    secret = made.json()["secret"]
    assert len(secret) == 64
    assert "token" not in made.json()
    row = Source.objects.get(slug="cms")
    assert secret not in row.secret
    assert row.described(system.now()).token == NEW["token"]
    read = api.get(f"/api/v1/sources/{row.pk}/").json()
    assert (read["secret"], "token" in read) == (None, False)
    assert NEW["token"] not in str(read)
    renewed = post(api, f"sources/{row.pk}/secret/").json()["secret"]
    row.refresh_from_db()
    assert row.described(system.now()).secrets == (renewed, secret)
    assert row.described(system.now() + 90_000_000_000).secrets == (renewed,)
    own = post(api, f"sources/{row.pk}/secret/", {"secret": "a" * 64}).json()["secret"]
    row.refresh_from_db()
    assert row.described(system.now()).secrets == (own, renewed)
    standard = post(api, "sources/", {**NEW, "slug": "s", "adapter": "standard"}).json()
    assert standard["secret"].startswith("whsec_")
    bad = post(api, f"sources/{standard['id']}/secret/", {"secret": "no base64, sorry"})
    assert bad.status_code == 422
    assert AuditEntry.objects.filter(action="renewed secret").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"adapter": "joomla"}, {"url": "file:///etc/passwd"}, {"url": "https://a:b@cms.example"},
     {"options": {"types": 3}}, {"options": []}, {"token": "two\nlines"}],
)  # fmt: skip
def test_what_could_not_be_used_is_refused(api, mine, wrong):
    answer = post(api, "sources/", {**NEW, **wrong})
    assert answer.status_code in (400, 422), answer.content
    assert Source.objects.filter(slug="cms").count() == 0


def test_a_sync_is_begun_in_the_background_and_its_adapter_stays(api, mine):
    answer = post(api, f"sources/{mine.source.pk}/sync/")
    assert (answer.status_code, answer.json()["sync_rows"]) == (202, 0)
    delivery = Delivery.objects.get(lane=f"source:{mine.source.pk}")
    assert (delivery.kind, delivery.payload["cursor"]) == ("cms", "")
    path = f"/api/v1/sources/{mine.source.pk}/"
    put = api.patch(path, {"adapter": "strapi"}, format="json", headers={"If-Match": "*"})
    assert put.status_code == 422
    kept = api.patch(path, {"enabled": False}, format="json", headers={"If-Match": "*"})
    assert (kept.status_code, kept.json()["enabled"]) == (200, False)
    assert post(api, f"sources/{mine.source.pk}/sync/").status_code == 422


def test_a_link_is_checked_by_the_slots_type_and_the_callers_sites(api, mine):
    other = estate.found("other")
    link = {"variant": mine.site.slots.get().variants.get(slug="baseline").pk,
            "source": mine.source.pk, "external_id": "7", "kind": "posts"}  # fmt: skip
    for wrong in ({"mapping": {"html": "token"}}, {"mapping": {"json": {}}}, {"mapping": 3},
                  {"source": other.source.pk}, {"variant": other.variant.pk}):  # fmt: skip
        assert post(api, "bindings/", {**link, **wrong}).status_code in (400, 422), wrong
    made = post(api, "bindings/", {**link, "mapping": {"html": "fields.body"}})
    assert (made.status_code, made.json()["stale"]) == (201, True)
    Binding.objects.update(stale=False)
    path = f"/api/v1/bindings/{made.json()['id']}/"
    body = {"mapping": {"html": "html"}}
    put = api.patch(path, body, format="json", headers={"If-Match": "*"})
    assert (put.status_code, put.json()["stale"]) == (200, True)
    entry = api.get("/api/v1/entries/", {"external_id": "7"}).json()["results"][0]
    assert (entry["source"], entry["status"], entry["fields"]) == ("blog", "published", {})


def test_the_admin_shows_a_secret_once_and_begins_a_sync(mine):
    client = Client()
    client.force_login(estate.person("root", is_superuser=True))
    said = {"site": mine.site.pk, "slug": "wp", "adapter": "wordpress", "url": "https://b.example",
            "options": "{}", "access": "ann:pass", "own": "", "default_locale": "",
            "publishes": "on", "enabled": "on", "sync_every": "3600"}  # fmt: skip
    page = client.post(reverse("admin:content_source_add"), said, follow=True)
    assert page.status_code == 200
    row = Source.objects.get(slug="wp")
    (secret,) = row.described(system.now()).secrets
    assert secret in page.content.decode()
    change = client.get(reverse("admin:content_source_change", args=[row.pk])).content.decode()
    assert secret not in change
    assert "ann:pass" not in change
    assert f"/hooks/{row.pk}" in change
    done = client.post(reverse("desk:sync", args=[row.pk]), follow=True)
    assert "being read" in done.content.decode()
    row.refresh_from_db()
    assert row.sync_began_at is not None
    assert row.described(system.now()).token == "ann:pass"
