"""Every path events come in by: what it takes, what it answers, and what is stored then."""

import base64
import gzip

import orjson
import pytest

from personalization.api import track_paths
from personalization.sites import keys, tokens
from tests.events.ground import basic, laid, stored  # noqa: F401 - a fixture

pytestmark = stored
ONE = {
    "track": {"event": "Seen", "properties": {"sku": "s1"}},
    "page": {"name": "Home", "properties": {"path": "/"}},
    "screen": {"name": "Start"},
    "identify": {"userId": "ada", "traits": {"plan": "pro"}},
    "group": {"groupId": "g1", "traits": {"size": 3}},
    "alias": {"userId": "ada", "previousId": "old"},
}
NAMES = {"track": "Seen", "page": "Page Viewed", "screen": "Screen Viewed"}


@pytest.mark.parametrize(
    ("path", "kind"), [(path, kind) for path, (kind, _) in track_paths.POSTS.items() if kind in ONE]
)
def test_each_path_of_a_single_message_stores_it(ground, path, kind):
    answer = ground.post(path, {**ONE[kind], "anonymousId": "a", "messageId": "m"})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    ((head, body),) = ground.stored()
    assert head[2:4] == [kind, NAMES.get(kind, kind.capitalize())]
    assert head[7:10] == ["claimed", ONE[kind].get("userId"), "a"]
    if kind == "page":
        assert body["properties"] == {"name": "Home", "path": "/"}
    if kind == "group":
        assert body["traits"] == {"groupId": "g1", "size": 3}
    if kind == "alias":
        assert head[10] == "old"
    assert ground.counts() == {"accepted": 1}


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import"])
def test_a_batch_stores_its_messages_under_their_shards(ground, path):
    batch = [
        {"type": "track", "event": "E", "userId": f"u{n}", "messageId": str(n)} for n in range(60)
    ]
    answer = ground.post(path, {"batch": batch, "context": {"ip": "1.1.1.1"}}, ground.server)
    assert answer.json() == {"success": True}
    stored = ground.stored()
    assert {head[8] for head, _ in stored} == {f"u{n}" for n in range(60)}
    assert all(body["context"] == {"ip": "1.1.1.1"} for _, body in stored)
    assert {head[7] for head, _ in stored} == {"verified"}
    assert ground.counts() == {"accepted": 60}


def test_client_metrics_are_taken_and_dropped(ground):
    assert ground.post("/v1/m", b"anything").status_code == 200
    assert ground.counts() == {}


def test_text_plain_gzip_and_the_key_in_the_body_are_taken(ground):
    body = gzip.compress(
        orjson.dumps({"event": "E", "anonymousId": "a", "writeKey": ground.public})
    )
    headers = {"content-type": "text/plain", "content-encoding": "gzip"}
    answer = ground.client.post(ground.url + "/v1/t", content=body, headers=headers)
    assert answer.status_code == 200
    assert ground.counts() == {"accepted": 1}


@pytest.mark.parametrize("header", ["bearer", "x-api-key", "basic"])
def test_the_key_may_be_in_three_headers(ground, header):
    given = {
        "bearer": {"authorization": f"Bearer {ground.server}"},
        "x-api-key": {"x-api-key": ground.server},
        "basic": {"authorization": basic(ground.server)},
    }[header]
    body = orjson.dumps({"event": "E", "anonymousId": "a"})
    assert (
        ground.client.post(ground.url + "/v1/track", content=body, headers=given).status_code == 200
    )


def test_the_pixel_stores_what_is_in_its_address(ground):
    message = {"type": "page", "anonymousId": "a", "writeKey": ground.public}
    data = base64.b64encode(orjson.dumps(message)).decode()
    answer = ground.client.get(ground.url + "/v1/pixel.gif", params={"data": data})
    assert answer.headers["content-type"] == "image/gif"
    assert answer.content.startswith(b"GIF89a")
    assert ground.stored()[0][0][3] == "Page Viewed"


@pytest.mark.parametrize("prefix", ["", "/cdn"])
def test_a_browser_client_is_told_where_to_send(ground, prefix):
    path = f"{prefix}/v1/projects/{ground.public}/settings"
    answer = ground.client.get(ground.url + path, headers={"origin": "https://shop.example"})
    told = answer.json()["integrations"]["Segment.io"]
    assert told["apiKey"] == ground.public
    assert f"{told['protocol']}://{told['apiHost']}" == f"{ground.url}/v1"
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    unknown = f"{ground.url}{prefix}/v1/projects/pk_no/settings"
    assert ground.client.get(unknown).status_code == 404


def test_a_browser_may_ask_from_a_listed_origin_only(ground):
    body = {"event": "E", "anonymousId": "a"}
    listed = ground.post("/v1/t", body, headers={"origin": "https://shop.example"})
    foreign = ground.post("/v1/t", body, headers={"origin": "https://evil.example"})
    server = ground.post("/v1/t", body)
    assert [listed.status_code, foreign.status_code, server.status_code] == [200, 403, 200]
    assert listed.headers["access-control-allow-origin"] == "https://shop.example"
    assert ground.counts() == {"accepted": 2}


def test_a_preflight_is_answered_for_two_hours(ground):
    headers = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    answer = ground.client.options(ground.url + "/v1/t", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-max-age"] == "7200"
    assert "Authorization" in answer.headers["access-control-allow-headers"]


def test_without_a_known_key_nothing_is_taken(ground):
    body = {"event": "E", "anonymousId": "a"}
    assert ground.post("/v1/t", body, "pk_unknown").status_code == 401
    assert ground.client.post(ground.url + "/v1/t", json=body).status_code == 401
    assert ground.post("/v1/t", body, "x" * 10_000).status_code == 401
    assert ground.counts() == {}


def test_a_revoked_key_is_unknown_after_the_next_refresh(ground):
    key, secret = keys.mint(ground.site, "sk")
    ground.ring.load(keys.live())
    assert ground.ring.find(secret).key_id == key.pk
    key.revoked_at = key.created_at
    key.save()
    ground.ring.load(keys.live())
    assert ground.ring.find(secret) is None


def test_keys_are_found_from_their_dump_without_a_database(ground):
    ring = keys.KeyRing()
    ring.load(orjson.loads(orjson.dumps(ground.ring.dump())))
    assert ring.find(ground.public) == ground.ring.find(ground.public)
    assert ring.find(ground.public).origins == ("https://shop.example",)


def test_importing_needs_a_secret_key(ground):
    batch = {"batch": [{"type": "track", "event": "E", "anonymousId": "a"}]}
    assert ground.post("/v1/import", batch).status_code == 403
    assert ground.post("/v1/import", batch, ground.server).status_code == 200


def test_a_subject_token_verifies_its_own_user_and_nobody_else(ground):
    token = tokens.mint(ground.secret, "shop", "ada", ground.clock.now())
    batch = [{"type": "identify", "anonymousId": "a", "userId": user} for user in ("ada", "bob")]
    ground.post("/v1/batch", {"batch": batch, "token": token})
    assert {head[8]: head[7] for head, _ in ground.stored()} == {
        "ada": "verified",
        "bob": "claimed",
    }
    false = tokens.mint("ss_other", "shop", "ada", ground.clock.now())
    ground.post("/v1/t", {"event": "E", "userId": "ada"}, headers={"x-subject-token": false})
    assert ground.stored()[-1][0][7] == "claimed"


def test_global_privacy_control_is_kept_with_the_event(ground):
    ground.post("/v1/t", {"event": "E", "anonymousId": "a"}, headers={"sec-gpc": "1"})
    ground.post("/v1/t", {"event": "E", "anonymousId": "a"}, headers={"sec-gpc": "0"})
    assert [head[12] for head, _ in ground.stored()] == [True, False]


def test_other_paths_and_methods_are_named(ground):
    assert ground.client.get(ground.url + "/v1/track").status_code == 405
    assert ground.post("/v1/nothing", {}).status_code == 404


def test_every_path_is_in_the_openapi_document():
    paths = set(track_paths.DOCUMENT)
    assert set(track_paths.POSTS) | {track_paths.PIXEL} <= paths
    assert sum("settings" in path for path in paths) == 2
