"""Decide over HTTP: the shape of the answer, who may read whom, and what changes it."""

from __future__ import annotations

import pytest

from personalization.decisions.models import LoggedDecision
from personalization.flows import publication
from personalization.sites.models import Key
from tests.api.stage import Stage, identify, viewed
from tests.waiting import until


def test_an_answer_has_the_shape_of_the_protocol(stage, web):
    stage.happen(viewed("d1"), viewed("d1"))
    told = web.decide(stage.pk, anonymousId="d1", slots=["hero", "nowhere"])
    assert set(told) == {"generation", "cursor", "subject", "degraded", "decisions"}
    assert (told["subject"], told["degraded"]) == ("d1", [])
    assert told["cursor"].startswith("c_")
    hero, nowhere = told["decisions"]
    assert hero == {
        "slot": "hero", "variant": "keen", "content": {"type": "text", "text": "Keen"},
        "reason": "TARGETING_MATCH", "row": "keen", "revision": 1, "fallback": 0,
        "experiment": None, "ttl": 60, "swap": "now",
    }  # fmt: skip
    assert (nowhere["variant"], nowhere["reason"]) == (None, "ERROR")

    unknown = web.decide(stage.pk, anonymousId="nobody")["decisions"][0]
    assert (unknown["variant"], unknown["reason"], unknown["fallback"]) == ("base", "DEFAULT", 1)
    sale = {"page": {"path": "/sale"}}
    assert web.shown(stage.pk, anonymousId="nobody", context=sale) == "sale"
    query = {"key": stage.pk, "slots": "hero", "anonymousId": "d1"}
    assert web.http.get("/v1/decide", params=query).json()["decisions"] == [hero]


def test_a_public_key_never_reads_a_known_user(stage, web):
    stage.happen(identify("victim", {"plan": "pro", "name": "Vera"}), verified=True)
    thief = identify("victim", {}, anonymousId="thief")
    stage.happen(thief, viewed("thief", userId="victim"))
    for asked in ({"userId": "victim"}, {"userId": "victim", "anonymousId": "thief"},
                  {"anonymousId": "thief"}, {"userId": "victim", "token": "pt_x.y"}):  # fmt: skip
        assert web.shown(stage.pk, **asked) == "base", asked
    other = Stage("other")
    until(lambda: web.knows(other))
    assert web.shown(stage.pk, token=other.token("victim")) == "base"
    old = stage.token("victim", lasts=-1)
    assert web.decide(stage.pk, token=old)["degraded"] == ["token"]

    told = web.decide(stage.pk, token=stage.token("victim"))
    assert told["decisions"][0]["content"]["text"] == "Hello Vera"
    assert web.shown(stage.sk, userId="victim") == "pro"
    assert web.shown(stage.sk, anonymousId="thief") == "base"


def test_two_sites_with_equal_ids_never_see_each_other(stage, web):
    other = Stage("other")
    until(lambda: web.knows(other))
    stage.happen(viewed("same"), viewed("same"))
    assert web.shown(stage.pk, anonymousId="same") == "keen"
    assert web.shown(other.pk, anonymousId="same") == "base"
    assert web.shown(other.sk, anonymousId="same") == "base"


def test_keys_and_origins_are_checked(stage, web):
    stage.site.origins = ["https://shop.example"]
    stage.site.save()
    ask = {"key": stage.pk, "slots": ["hero"]}
    post = lambda origin, body=ask: web.http.post(  # noqa: E731
        "/v1/decide", json=body, headers={"origin": origin}
    )
    until(lambda: post("https://evil.example").status_code == 403)
    fine = post("https://shop.example")
    assert fine.status_code == 200
    assert fine.headers["access-control-allow-origin"] == "https://shop.example"
    assert post("x", {"slots": ["hero"]}).status_code == 401
    assert post("x", {"key": "pk_no", "slots": ["hero"]}).status_code == 401
    Key.objects.filter(site=stage.site, kind="pk").update(revoked_at="2026-01-01T00:00Z")
    until(lambda: post("https://shop.example").status_code == 401)


@pytest.mark.parametrize(
    ("body", "status", "at"),
    [
        (b"{", 400, ""),
        (b"[]", 400, ""),
        (b'{"slots": ["hero"], "x": "\\u0000"}', 400, "/x"),
        (b'{"slots": []}', 422, "/slots"),
        (b'{"slots": "hero"}', 422, "/slots"),
        (b'{"slots": [1]}', 422, "/slots/0"),
        (b'{"slots": ["hero"], "anonymousId": 3}', 422, "/anonymousId"),
        (b'{"slots": ["hero"], "context": []}', 422, "/context"),
        (b'{"slots": ["hero"], "segments": ["keen"]}', 403, "/segments"),
        (b"[" * 70_000, 413, ""),
    ],
)
def test_a_bad_question_is_answered_with_the_field_that_is_wrong(stage, web, body, status, at):
    answer = web.http.post("/v1/decide", content=body, headers={"x-api-key": stage.pk})
    assert (answer.status_code, answer.json()["error"]["at"]) == (status, at)


def test_a_server_asks_for_segments_and_learns_how_to_cache(stage, web):
    told = web.decide(stage.sk, segments=["keen"], explain=True)["decisions"][0]
    assert told["variant"] == "keen"
    assert told["cache"]["scope"] == "private-request"
    assert "slot:hero" in told["cache"]["tags"]
    assert told["because"][0]["outcome"] == "matched"
    stage.put("aside", {"base": "B", "k": "K"},
              [{"id": "k", "when": {"segment": "keen"}, "then": {"variant": "k"}}])  # fmt: skip
    ask = lambda *names: web.decide(stage.sk, segments=list(names), slots=["aside"])["decisions"][0]  # noqa: E731
    until(lambda: ask("keen")["variant"] == "k")
    shared = ask("keen", "hidden")["cache"]
    assert shared["scope"] == "public-permutation"
    assert shared["key"] == ask("keen")["cache"]["key"] != ask()["cache"]["key"]


def test_what_is_published_is_in_force_within_two_seconds(stage, web):
    stage.text(stage.slot, "base", "New words")
    stage.settle()
    read = lambda: web.decide(stage.pk)["decisions"][0]["content"]["text"]  # noqa: E731
    until(lambda: read() == "New words", 2)
    stage.text(stage.slot, "base", "Neue Worte", "de")
    stage.settle()
    german = lambda: web.decide(stage.pk, locale="de-AT")["decisions"][0]["content"]["text"]  # noqa: E731
    until(lambda: german() == "Neue Worte", 2)
    assert read() == "New words"
    publication.rollback_variant(stage.slot.variants.get(slug="base").pk, 1, "test")
    until(lambda: read() == "For everybody", 3)


def test_a_collecting_slot_answers_items_and_a_conflict_the_fallback(stage, web):
    rows = [{"id": n, "when": {"everyone": True}, "then": {"variant": n}} for n in ("a", "b")]
    texts = {"base": "Base", "a": "A", "b": "B"}
    stage.put("list", texts, rows, slot={"is_list": True}, hit_policy="collect")
    path = {"attribute": "context.page.path", "operator": "matches"}
    both = [{**row, "when": {**path, "value": row["id"]}} for row in rows]  # nobody knows: they may
    stage.put("only", texts, both, hit_policy="unique")
    until(lambda: web.knows(stage))
    asked = {"slots": ["list", "only"], "context": {"page": {"path": "/ab"}}}
    collected, only = web.decide(stage.pk, **asked)["decisions"]
    assert [item["variant"] for item in collected["items"]] == ["a", "b"]
    assert "content" not in collected
    assert (only["variant"], only["reason"], only["fallback"]) == ("base", "ERROR", 1)


def test_the_log_holds_one_row_for_each_change_of_an_answer(stage, web):
    stage.happen(viewed("d1"))
    for _ in range(5):
        assert web.shown(stage.pk, anonymousId="d1") == "base"
    until(lambda: LoggedDecision.objects.count() == 1)
    stage.happen(viewed("d1"))
    for _ in range(5):
        assert web.shown(stage.pk, anonymousId="d1") == "keen"
    until(lambda: LoggedDecision.objects.count() == 2)
    row = LoggedDecision.objects.latest("id")
    assert (row.variant, row.row, row.reason, row.site_id) == (
        "keen", "keen", "TARGETING_MATCH", stage.site.pk,
    )  # fmt: skip
    assert row.values == {"traits.plan": None, "context.page.path": None}
