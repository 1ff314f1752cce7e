"""A visitor's move becomes user meta in a real WordPress, and is gone after a withdrawal."""

import json
import secrets
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from tests.waiting import until
from tests.wordpress.conftest import INCOMING

pytestmark = pytest.mark.slow
SOON = 60


def call(house, path, key, **fields):
    """Post to our server with a key of the site."""
    installation, told = house
    headers = {"Authorization": f"Bearer {told[key]}", "Content-Type": "application/json"}
    request = Request(installation.url + path, json.dumps(fields).encode(), headers)
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def written_back(wordpress, house):
    """Triggers on entering and leaving that write to this WordPress; it knows their secrets."""
    known = [INCOMING]
    for way in ("entered", "exited"):
        document = {
            "on": {way: "keen"}, "purpose": "personalization",
            "do": {"action": "cms_profile", "url": f"{wordpress.url}/wp-json/pzsrv/v1/hook"},
        }  # fmt: skip
        slug = f"{way}-{uuid4().hex[:8]}"
        told = {"site": "lantern", "slug": slug, "name": slug, "document": document}
        made = call(house, "/api/v1/triggers/", "mk", **told)
        known.append(made["secret"])
        call(house, f"/api/v1/triggers/{made['id']}/revisions/1/publish/", "mk")
        until(lambda at=made["id"]: live(house, at), SOON)
    wordpress.set("pzsrv_secrets", incoming=" ".join(known))


def live(house, trigger):
    installation, told = house
    url = f"{installation.url}/api/v1/triggers/{trigger}/"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {told['mk']}"})) as answer:
        return json.load(answer)["live"] is not None


def track(house, user, event, **more):
    call(house, "/v1/track", "sk", userId=str(user), event=event, **more)


def follows(wordpress, user, *segments):
    until(lambda: held(wordpress, user) == list(segments), SOON)


def held(wordpress, user):
    return wordpress.manage(f"return pzsrv_user_segments({user});")


def newcomer(wordpress):
    """Make a user whose number no other WordPress of this run has: the server is the same."""
    number = secrets.randbelow(2**40) + 1000
    wordpress.manage(
        "global $wpdb; return $wpdb->insert($wpdb->users, ["
        f"'ID' => {number}, 'user_login' => 'reader{number}', 'user_pass' => '!',"
        f"'user_email' => 'reader{number}@example.org', 'user_nicename' => 'reader{number}',"
        "'user_registered' => '2026-11-21 00:00:00']);"
    )
    return number


def test_the_user_s_meta_follows_the_visitor(wordpress, house, written_back):
    user = newcomer(wordpress)
    assert held(wordpress, user) == []
    track(house, user, "Started")
    follows(wordpress, user, "keen")
    assert wordpress.manage(f"return pzsrv_user_in_segment('keen', {user});") is True
    track(house, user, "Stopped")
    follows(wordpress, user)
    track(house, f"wp:{user}", "Started")
    follows(wordpress, user, "keen")

    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    track(house, f"wp:{user}", "Consent Withdrawn", context=no)
    follows(wordpress, user)
    ledger = f"return array_keys((array) get_user_meta({user}, '_pzsrv_ledger', true));"
    assert wordpress.manage(ledger) == ["*"]
