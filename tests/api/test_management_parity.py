"""What the desk can do the API can: content shown to somebody, places, differences, runs, audit."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from personalization.content import drafts as contents
from personalization.plant import clock
from personalization.segments import triggers
from personalization.segments.lists import SegmentList
from personalization.segments.models import Trigger
from personalization.sites.models import AuditEntry, Role
from personalization.sites.reviews import Freeze
from tests import estate
from tests.api.test_management import client_of, post

pytestmark = pytest.mark.django_db
HELLO = {"html": '<p>Hello {{ traits.name | default:"you" }}<script>alert(1)</script></p>'}


def test_content_is_shown_cleaned_and_filled_for_somebody_and_nothing_is_kept(mine):
    client, at = client_of(mine, "viewer"), f"variants/{mine.variant.pk}/show/"
    before = mine.variant.revisions.count()
    told = post(client, at, {"content": HELLO, "test": {"traits": {"name": "Ann"}}}).json()
    assert "error" not in told, told
    assert told["content"]["html"] == "<p>Hello Ann</p>"
    assert told["values"] == {"traits.name": "Ann"}
    nobody = post(client, at, {"content": HELLO}).json()
    assert (nobody["content"]["html"], nobody["values"]) == (
        "<p>Hello you</p>", {"traits.name": None},
    )  # fmt: skip
    assert post(client, at).json()["content"]["html"] == "<p>newer</p>"
    assert mine.variant.revisions.count() == before
    known = {"visitor": {"profile": str(mine.profile.pk)}, "content": HELLO}
    assert post(client, at, known).status_code == 200


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"content": 1}, ""),
        ({"content": {"html": "{{ traits.name"}}, ""),
        ({"locale": "de"}, "/content"),
        ({"locale": 7}, "/locale"),
        ({"visitor": {}}, "/visitor"),
        ({"visitor": {"userId": "nobody-at-all"}}, "/visitor"),
        ({"visitor": {"profile": "no uuid"}}, "/visitor"),
        ({"test": []}, ""),
        ({"test": {"odd": 1}}, ""),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_place(mine, said, at):
    answer = post(client_of(mine, "viewer"), f"variants/{mine.variant.pk}/show/", said)
    assert answer.status_code == 422, answer.json()
    assert answer.json()["error"]["at"].startswith(at)


def test_a_variant_says_where_it_stands_and_which_locales_it_speaks(mine):
    client, at = client_of(mine, "viewer"), f"/api/v1/variants/{mine.variant.pk}"
    contents.draft(mine.variant, {"html": "<p>neu</p>"}, "ann", "de")
    placings = client.get(f"{at}/placings/").json()["placings"]
    assert {"kind": "matrix", "row": 1, "live": True} in [
        {name: one[name] for name in ("kind", "row", "live")} for one in placings
    ]
    told = client.get(f"{at}/locales/", {"locale": "de-AT"}).json()
    newest = {one["locale"]: one["newest"] for one in told["locales"]}
    assert newest.keys() >= {"", "de"}
    assert newest["de"] > 0
    assert [one["name"] for one in told["chain"] if one["kind"] == "locale"][:2] == ["de-AT", "de"]


def test_the_difference_of_a_revision_is_said_against_what_is_in_force(mine):
    client = client_of(mine, "viewer")
    at = f"/api/v1/matrices/{mine.matrix.pk}/revisions"
    newest = client.get(f"{at}/2/difference/").json()
    assert newest["against"] == 1
    assert any("baseline" in one for one in newest["said"])
    assert client.get(f"{at}/1/difference/").json() == {
        "against": None, "said": ["It is the first."],
    }  # fmt: skip
    variant = f"/api/v1/variants/{mine.variant.pk}/revisions/9/difference/"
    assert client.get(variant).status_code == 404


def test_the_audit_is_read_by_what_one_asks_for_and_only_of_one_s_own_sites(mine):
    other = estate.found("other")
    client = client_of(mine, "viewer")
    all_ = client.get("/api/v1/audit/").json()["results"]
    assert {one["site"] for one in all_} == {"mine"}
    made = client.get("/api/v1/audit/", {"action": "made", "actor": "ann"}).json()["results"]
    assert {one["action"] for one in made} == {"made"}
    theirs = AuditEntry.objects.filter(site=other.site).first()
    assert client.get(f"/api/v1/audit/{theirs.pk}/").status_code == 404
    assert client.delete(f"/api/v1/audit/{all_[0]['id']}/").status_code in {403, 405}


def test_a_run_is_asked_for_by_who_may_and_of_a_kind_there_is(mine):
    asked = {"task": "compact_columns", "site": "mine"}
    assert post(client_of(mine, "viewer"), "runs/", asked).status_code == 403
    client = client_of(mine, "operator")
    assert post(client, "runs/", asked | {"task": "rm"}).status_code in {400, 422}
    assert post(client, "runs/", asked | {"site": "other"}).status_code == 403
    answer = post(client, "runs/", asked)
    assert answer.status_code in {202, 503}
    known = AuditEntry.objects.filter(action="asked for a run", site=mine.site)
    assert known.exists() is (answer.status_code == 202)


def test_an_endpoint_tells_which_triggers_call_its_address_and_may_still_go(mine):
    client, at = client_of(mine, "owner"), f"/api/v1/endpoints/{mine.endpoint.pk}/"
    assert client.get(f"{at}uses/").json() == {"uses": []}
    trigger = Trigger.objects.create(site=mine.site, slug="calls", name="Calls")
    action = {"action": "webhook", "url": mine.endpoint.url}
    triggers.draft(trigger, {"on": {"entered": "vip"}, "do": action}, "ann")
    [use] = client.get(f"{at}uses/").json()["uses"]
    assert (use["kind"], use["id"], use["live"]) == ("trigger", trigger.pk, False)
    browser = Client()
    browser.force_login(estate.person("root", is_superuser=True))
    page = browser.get(reverse("admin:push_endpoint_change", args=[mine.endpoint.pk]))
    assert str(trigger) in page.content.decode()
    client.patch(at, {"enabled": False}, format="json", headers={"If-Match": "*"})
    assert client.delete(at, headers={"If-Match": "*"}).status_code == 204


def frozen(mine):
    """Return a list with two uploads that nobody put in force before the freeze."""
    client = client_of(mine, "publisher")
    made = post(client, "lists/", {"slug": "press", "name": "Press"}).json()
    now, roll = clock.system.now(), SegmentList.objects.get(pk=made["id"])
    told = {"start_at": now, "until_at": now + 10**12, "zone": "UTC"}
    Freeze.objects.create(site=mine.site, name="Christmas", **told)
    for ids in (b"ann", b"bob"):
        client.post(f"/api/v1/lists/{roll.pk}/upload/", b"userId\n" + ids, content_type="text/csv")
    return roll, roll.versions.order_by("-number").first()


def test_a_freeze_holds_an_upload_until_somebody_who_may_overrides_it(mine):
    roll, newest = frozen(mine)
    at = f"lists/{roll.pk}/versions/{newest.number}/use/"
    publisher = client_of(mine, "publisher")
    assert post(publisher, at).json()["error"]["code"] == "frozen"
    assert post(publisher, at, {"overrides": True}).status_code == 403
    assert post(client_of(mine, "override"), at, {"overrides": True}).status_code == 403
    assert post(client_of(mine, "owner"), at, {"overrides": True}).status_code == 202
    roll.refresh_from_db()
    assert roll.live_id == newest.pk
    entry = AuditEntry.objects.filter(action="put in force", object_id=str(roll.pk)).first()
    assert entry.detail["although"] == "Christmas"


def test_the_desk_offers_the_override_to_who_may_and_to_no_other(mine):
    roll, newest = frozen(mine)
    people = {"publisher": (["publisher"], False), "both": (["publisher", "override"], True)}
    page = reverse("admin:segments_listversion_change", args=[newest.pk])
    use = reverse("desk:use", args=[newest.pk])
    for name, (roles, may) in people.items():
        user = estate.person(name)
        for role in roles:
            Role.objects.create(site=mine.site, user=user, name=role)
        client = Client()
        client.force_login(user)
        shown = client.get(page).content.decode()
        assert "Christmas" in shown
        assert ("overrides" in shown) is may
        assert client.post(use, {"overrides": "on"}).status_code == (302 if may else 403)
        roll.refresh_from_db()
        assert (roll.live_id == newest.pk) is may
