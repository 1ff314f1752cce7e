"""Preview tokens: slots as somebody else would see them, and nothing that stays of it."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.content import drafts as variants
from personalization.content.models import Variant
from personalization.decisions import drafts as matrices
from personalization.decisions.models import LoggedDecision, Matrix
from personalization.events import previews
from personalization.events.models import Counter, Logged, Packed
from personalization.flows import pretence
from personalization.plant.clock import system
from personalization.plant.instants import SECOND, to_text
from personalization.sites import passes, signing
from rules.errors import InvalidError
from tests.api.stage import Stage, viewed
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token(stage: Stage, web: Any) -> Any:
    def make(**told: Any) -> str:
        headers = {"Authorization": f"Bearer {stage.sk}"}
        answer = web.http.post("/v1/preview-tokens", json=told, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    return make


def seen(web: Any, stage: Stage, token: str, **asked: Any) -> dict[str, Any]:
    return dict(web.decide(stage.pk, anonymousId="d", preview=token, **asked))


def shown(web: Any, stage: Stage, token: str, **asked: Any) -> Any:
    told = seen(web, stage, token, **asked)
    assert told["preview"] is True, told
    return told["decisions"][0]["variant"]


def test_a_preview_shows_any_set_of_segments_to_whoever_has_the_link(
    stage: Stage, web: Any, token: Any
) -> None:
    assert web.shown(stage.pk, anonymousId="d") == "base"
    assert shown(web, stage, token(segments=["keen"])) == "keen"
    assert shown(web, stage, token(segments=[])) == "base"
    made = token(segments=["keen"])
    asked = web.http.get(
        "/v1/decide", params={"key": stage.pk, "slots": "hero", "preview": made, "explain": "1"}
    )
    assert asked.headers["cache-control"] == "no-store"
    told = asked.json()
    assert told["decisions"][0]["reason"] == "TARGETING_MATCH"
    assert [row["row"] for row in told["decisions"][0]["because"] if row.get("fired", True)]
    assert told["cache"]["scope"] == "private-request"
    drf = web.http.post(
        "/api/v1/decide", json={"key": stage.pk, "slots": ["hero"], "preview": made}
    )
    assert drf.json()["decisions"][0]["variant"] == "keen"
    assert drf.headers["cache-control"] == "no-store"


def test_a_test_profile_is_folded_as_a_visitor_is(stage: Stage, web: Any, token: Any) -> None:
    two = [{"event": "Viewed", "ago": "10m"}, {"event": "Viewed", "ago": "5m"}]
    assert shown(web, stage, token(events=two)) == "keen"
    assert shown(web, stage, token(events=two[:1])) == "base"
    pro = token(traits={"plan": "pro", "name": "Ann"})
    told = seen(web, stage, pro)["decisions"][0]
    assert (told["variant"], told["content"]["text"]) == ("pro", "Hello Ann")
    page = {"page": {"path": "/sale"}}
    assert shown(web, stage, token(traits={}), context=page) == "sale"


def test_a_preview_is_at_the_instant_it_says(stage: Stage, web: Any, token: Any) -> None:
    start = system.now() - 3 * 86_400 * SECOND
    two = [{"event": "Viewed", "at": to_text(start + n * SECOND)} for n in (0, 1)]
    assert shown(web, stage, token(events=two)) == "base"
    assert shown(web, stage, token(events=two, at=to_text(start + 60 * SECOND))) == "keen"
    assert shown(web, stage, token(events=two, at=to_text(start))) == "base"


def test_drafts_are_shown_where_they_are_asked_for(stage: Stage, web: Any, token: Any) -> None:
    matrix = Matrix.objects.get(slot=stage.slot)
    fresh = Variant.objects.create(slot=stage.slot, slug="fresh")
    variants.draft(fresh, {"text": "Fresh"}, "test")
    rows = [{"id": "all", "when": {"everyone": True}, "then": {"variant": "fresh"}}]
    document = {"slot": "hero", "fallback": ["base"], "rows": rows}
    draft = matrices.draft(matrix, document, "test")
    live = matrix.live.number if matrix.live else 0
    assert shown(web, stage, token(segments=["keen"])) == "keen"
    told = seen(web, stage, token(segments=["keen"], draft=True))["decisions"][0]
    assert (told["variant"], told["revision"]) == ("fresh", draft.number)
    assert told["content"] == {"type": "text", "text": "Fresh"}
    assert (
        shown(web, stage, token(segments=["keen"], draft=True, matrices={"hero": live})) == "keen"
    )
    assert shown(web, stage, token(segments=[], matrices={"hero": draft.number})) == "base"
    assert web.shown(stage.pk, anonymousId="d") == "base"


def test_a_false_token_gets_the_live_answer_and_is_told_so(
    stage: Stage, web: Any, token: Any
) -> None:
    good, now = token(segments=["keen"]), system.now()
    other = passes.mint(stage.site.pk + 1, {"segments": ["keen"]}, now)[0]
    over = passes.mint(stage.site.pk, {"segments": ["keen"]}, now - passes.USUAL - SECOND)[0]
    foreign = passes.PREFIX + signing.seal('{"site": 1}')
    wrong = passes.mint(stage.site.pk, {"segments": "keen"}, now)[0]
    lost = passes.mint(stage.site.pk, {"matrices": {"hero": 99}}, now)[0]
    cut = good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]
    for bad in (
        other,
        over,
        foreign,
        wrong,
        lost,
        cut,
        "pv_",
        "pv_é",
        good[3:],
        good + "x" * 9_000,
    ):
        told = seen(web, stage, bad)
        assert told["degraded"] == ["preview"], bad
        assert "preview" not in told
        assert told["decisions"][0]["variant"] == "base"
        assert "because" not in told["decisions"][0]
    assert seen(web, stage, good)["degraded"] == []


def test_nothing_stays_of_a_preview(stage: Stage, web: Any, token: Any) -> None:
    stage.happen(viewed("d"), viewed("d"))
    until(lambda: web.shown(stage.pk, anonymousId="d") == "keen")
    until(lambda: LoggedDecision.objects.filter(variant="keen").exists())
    assert shown(web, stage, token(segments=[])) == "base"
    assert shown(web, stage, token(traits={"plan": "pro"})) == "pro"
    assert web.shown(stage.pk, anonymousId="d") == "keen"
    assert not LoggedDecision.objects.filter(variant__in=["base", "pro"]).exists()


def test_events_of_a_preview_are_counted_apart_and_kept_nowhere(stage: Stage, web: Any) -> None:
    marked = [
        {**viewed("p1"), "context": {"preview": True}},
        {**viewed("p2"), "context": {"preview": "pv_x"}},
        {**viewed("p3"), "context": {"preview": True, "consent": {
            "categoryPreferences": {"personalization": False}}}},
    ]  # fmt: skip
    plain = {**viewed("p4"), "context": {"preview": {"of": "something else"}}}
    head = {"Authorization": f"Bearer {stage.sk}"}
    for body in (
        {"batch": [*marked, plain]},
        {"batch": [viewed("p5")], "context": {"preview": True}},
    ):
        assert web.http.post("/v1/batch", json=body, headers=head).status_code == 200
    assert Packed.objects.count() == 1
    stage.settle()
    assert Logged.objects.filter(site_id=stage.site.pk).count() == 1
    assert previews.days(stage.site.pk) == [(to_text(system.now())[:10], 4)]
    counts = {row.name: row.count for row in Counter.objects.filter(site_id=stage.site.pk)}
    assert counts["accepted"] == counts["applied"] == 1


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ({"segments": ["nobody"]}, "/segments"), ({"segments": "keen"}, "/segments"),
        ({"matrices": {"hero": 99}}, "/matrices/hero"), ({"matrices": {"x": 1}}, "/matrices/x"),
        ({"at": "soon"}, "/at"), ({"lasts": "8d"}, "/lasts"), ({"url": "javascript:x"}, "/url"),
        ({"events": [{"event": ""}]}, "/events/0/event"), ({"draft": 1}, "/draft"),
        ({"traits": {"x": "y" * 6_000}}, ""), ({"other": 1}, "/other"),
        ({"events": [{"event": "A", "ago": "never"}]}, "/events/0/ago"),
    ],
)  # fmt: skip
def test_what_could_not_be_shown_is_refused(stage: Stage, web: Any, told: Any, at: str) -> None:
    head = {"Authorization": f"Bearer {stage.sk}"}
    answer = web.http.post("/v1/preview-tokens", json=told, headers=head)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, at)


def test_the_link_holds_the_token(stage: Stage, web: Any) -> None:
    page = "https://shop.example/de/?a=1&pz_preview=old#top"
    head = {"Authorization": f"Bearer {stage.sk}"}
    made = web.http.post("/v1/preview-tokens", json={"url": page, "lasts": "1h"}, headers=head)
    link, token = made.json()["link"], made.json()["token"]
    assert link.startswith("https://shop.example/de/?a=1&pz_preview=pv_")
    assert link.endswith("#top")
    assert token.rstrip("=") in link
    assert web.http.post("/v1/preview-tokens", json={}).status_code == 401
    public = {"Authorization": f"Bearer {stage.pk}"}
    assert web.http.post("/v1/preview-tokens", json={}, headers=public).status_code == 401


def test_a_pretence_is_checked_field_by_field() -> None:
    with pytest.raises(InvalidError, match="at most 50"):
        pretence.check({"segments": ["a"] * 51})
    assert pretence.check({}) == (None, {}, (), None, False, {})
