"""What a server that renders pages may read, keep, and vary its pages by."""

import pytest

from personalization.decisions import permutations
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored


def get(web, key, path, **headers):
    return web.http.get(path, headers={"X-API-Key": key, **headers})


def row(name, when, **more):
    return {"id": name, "when": when, "then": {"variant": name}, **more}


def inside(name):
    return {"segment": name}


@pytest.fixture
def aside(stage, web):
    """A slot that keen visitors decide; ``hidden`` is asked for and changes nothing."""
    rows = [
        row("k", {"all": [inside("keen"), inside("hidden")]}),
        row("k2", {"all": [inside("keen"), {"not": inside("hidden")}]}),
    ]
    rows[1]["then"] = {"variant": "k"}
    slot = stage.put("aside", {"base": "B", "k": "K"}, rows)
    until(lambda: web.knows(stage))
    return slot


def test_the_slots_and_segments_of_the_site_are_listed(stage, web):
    found = get(web, stage.sk, "/v1/slots").json()["slots"]
    assert [(one["slot"], one["fallback"]) for one in found] == [("hero", ["base"])]
    names = get(web, stage.sk, "/v1/segments").json()["segments"]
    assert names == [
        {"segment": "hidden", "visible": False}, {"segment": "keen", "visible": True},
    ]  # fmt: skip


def test_all_that_a_slot_can_show_is_one_cacheable_answer(stage, web):
    stage.text(stage.slot, "base", "Für alle", "de")
    until(lambda: web.knows(stage))
    answer = get(web, stage.sk, "/v1/slots/hero/variants?locale=de-AT")
    told = answer.json()
    contents = {one["variant"]: one["content"]["text"] for one in told["variants"]}
    assert contents["base"] == "Für alle"
    assert contents["pro"] == "Hello you"
    assert [one["row"] for one in told["rows"]] == ["keen", "pro", "sale"]
    assert told["rows"][0]["when"] == {"segment": "keen"}
    assert told["vary"]["segments"] == ["keen"]
    assert set(told["vary"]["attributes"]) == {"traits.plan", "context.page.path", "traits.name"}
    same = get(
        web, stage.sk, "/v1/slots/hero/variants", **{"If-None-Match": answer.headers["etag"]}
    )
    assert (same.status_code, same.content) == (304, b"")


def test_what_does_not_exist_or_may_not_be_read_is_said(stage, web):
    assert get(web, stage.sk, "/v1/slots/nowhere/variants").status_code == 404
    assert get(web, stage.pk, "/v1/slots").status_code == 403
    assert get(web, "", "/v1/slots").status_code == 401
    assert web.http.post("/v1/slots", headers={"X-API-Key": stage.sk}).status_code == 405


def test_a_page_varies_by_the_fewest_segments(stage, web, aside):
    ask = lambda *names: web.decide(stage.sk, segments=list(names), slots=["aside"])  # noqa: E731
    told = ask("keen")["cache"]
    assert told["vary"] == {"segments": ["keen"], "attributes": []}
    assert (told["keys"], told["scope"]) == (2, "public-permutation")
    assert told["key"] == ask("keen", "hidden")["cache"]["key"] != ask()["cache"]["key"]


def test_a_page_is_as_private_as_the_most_private_of_its_slots(stage, web, aside):
    stage.put("foot", {"base": "Foot"}, [])
    until(lambda: web.knows(stage))
    ask = lambda *slots: web.decide(stage.sk, segments=["keen"], slots=list(slots))["cache"]  # noqa: E731
    assert ask("foot")["scope"] == "static"
    assert ask("foot", "aside")["scope"] == "public-permutation"
    assert ask("foot", "aside", "hero")["scope"] == "private-request"
    assert set(ask("foot", "aside")["tags"]) >= {"slot:foot", "slot:aside", "segment:keen"}


@pytest.mark.parametrize(
    "more", [{"rollout": 50}, {"active": {"from": "2026-01-01T00:00", "zone": "UTC"}}]
)
def test_what_chance_or_the_hour_decides_is_nobody_elses(stage, web, more):
    stage.put("dice", {"base": "B", "k": "K"}, [row("k", inside("keen"), **more)])
    until(lambda: web.knows(stage))
    told = web.decide(stage.sk, segments=["keen"], slots=["dice"])["cache"]
    assert told["scope"] == "private-request"


def test_an_answer_for_one_visitor_is_shared_only_where_it_is_the_same_for_all(stage, web, aside):
    told = web.decide(stage.sk, userId="ada", slots=["aside"])["cache"]
    assert told["scope"] == "private-request"


def test_more_segments_than_can_be_tried_all_count(stage, web):
    names = [f"s{number}" for number in range(permutations.MOST + 1)]
    for name in names:
        stage.segment(name, {"attribute": "traits.x", "operator": "equals", "value": name})
    rows = [row("k", {"any": [inside(name) for name in names]})]
    stage.put("wide", {"base": "B", "k": "K"}, rows)
    until(lambda: web.knows(stage))
    told = web.decide(stage.sk, segments=["s1"], slots=["wide"])["cache"]
    assert told["vary"]["segments"] == sorted(names)
