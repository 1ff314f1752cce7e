"""The CMS plane: endpoints, deliveries and the feed, for whoever holds a site's secret key."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from personalization.flows import newsroom
from personalization.plant.clock import system
from personalization.plant.instants import to_text
from personalization.push import cursor, news
from personalization.push.models import Delivery, Endpoint, Feed, News, SigningSecret
from personalization.push.news import Told
from personalization.sites import keys
from personalization.sites.models import AuditEntry, Site
from tests import estate

pytestmark = pytest.mark.django_db
HOOK = "https://cms.example/hook"


def holder(site: Site, kind: str = "sk", **options: Any) -> APIClient:
    client = APIClient()
    _, secret = keys.mint(site, kind, **options)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def mine() -> estate.Estate:
    found = estate.found("mine")
    while newsroom.step(system):
        pass
    return found


@pytest.fixture
def server(mine: estate.Estate) -> APIClient:
    return holder(mine.site)


def post(client: APIClient, path: str, body: Any = None) -> Any:
    return client.post(path, body or {}, format="json")


def test_an_endpoint_is_made_and_its_secret_shown_once(server: APIClient) -> None:
    made = post(server, "/v1/endpoints", {"url": HOOK, "types": ["slot.*"]})
    assert made.status_code == 201, made.data
    assert made.data["secret"].startswith("whsec_")
    assert made.data["sees_subjects"] is False
    again = server.get(f"/v1/endpoints/{made.data['id']}")
    assert "secret" not in again.data
    sealed = SigningSecret.objects.get(lane=f"endpoint:{made.data['id']}").sealed
    assert made.data["secret"] not in sealed


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"url": "ftp://x/"}, "/url"),
        ({"url": "https://u:p@x/"}, "/url"),
        ({"url": HOOK, "types": ["nothing"]}, "/types/0"),
        ({"url": HOOK, "types": "slot.changed"}, "/types"),
        ({"url": HOOK, "types": [{}]}, "/types/0"),
        ({}, "/url"),
    ],
)
def test_what_could_not_be_told_is_refused(server: APIClient, body: Any, at: str) -> None:
    before = Endpoint.objects.count()
    answer = post(server, "/v1/endpoints", body)
    assert (answer.status_code, answer.data["error"]["at"]) == (422, at)
    assert Endpoint.objects.count() == before


def test_rotate_test_and_retry(server: APIClient, mine: estate.Estate) -> None:
    path = f"/v1/endpoints/{mine.endpoint.pk}"
    rotated = post(server, f"{path}/rotate")
    assert rotated.data["secret"].startswith("whsec_")
    assert rotated.data["former_until"] > to_text(system.now())
    asked = post(server, f"{path}/test")
    assert asked.status_code == 202
    (found,) = server.get("/v1/deliveries", {"key": asked.data["key"]}).data["results"]
    assert (found["type"], found["endpoint"]) == ("ping", mine.endpoint.pk)
    Delivery.objects.filter(pk=found["id"]).update(state="dead", ended_at=1, attempts=10)
    listed = server.get("/v1/deliveries?state=dead").data["results"]
    assert [row["id"] for row in listed] == [found["id"]]
    assert post(server, f"/v1/deliveries/{found['id']}/retry").data == {"waiting": 1}
    assert Delivery.objects.get(pk=found["id"]).state == "waiting"
    actions = AuditEntry.objects.filter(site=mine.site).values_list("action", flat=True)
    assert {"renewed secret", "tested", "replayed"} <= set(actions)


def test_replay_sends_moves_under_their_id_and_gathers_the_rest(
    server: APIClient, mine: estate.Estate
) -> None:
    row = mine.endpoint
    row.sees_subjects, row.types = True, []
    row.save()
    data = {"generation": 3, "segments": ["vip"], "slots": [], "reason": "x",
            "purge": {"tags": [], "urls": []}}  # fmt: skip
    at = system.now() + 3_600_000_000
    kinds = ["segment.entered", "slot.changed", "slot.changed", "segment.exited"]
    told = [Told(kind, at + number, data) for number, kind in enumerate(kinds)]
    items = news.number(mine.site.pk, told)
    span = {"from": to_text(at), "to": to_text(at + 10)}
    path = f"/v1/endpoints/{row.pk}/replay"
    Delivery.objects.all().delete()
    assert post(server, path, span).data == {"waiting": 3, "next": None}
    moves = {f"evt_{mine.site.pk}_{items[n].number}_{row.pk}" for n in (0, 3)}
    assert moves < set(Delivery.objects.values_list("key", flat=True))
    Delivery.objects.update(state="done", ended_at=1)
    assert post(server, path, span).data["waiting"] == 3
    assert Delivery.objects.filter(key__in=moves, state="waiting").count() == 2
    assert Delivery.objects.count() == 4
    for wrong in ({}, {"from": "yesterday"}, {"from": 7}):
        assert post(server, path, wrong).status_code == 422


def read(client: APIClient, **asked: Any) -> Any:
    answer = client.get("/v1/events", asked)
    assert answer.status_code == 200, answer.data
    return answer.data


def test_the_feed_has_everything_once_in_order(server: APIClient, mine: estate.Estate) -> None:
    whole = read(server, limit=1000)
    assert whole["more"] is False
    numbers = [cursor.in_feed(one["cursor"], mine.site.pk) for one in whole["events"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {one["type"] for one in whole["events"]} >= {"segment.changed", "slot.changed"}
    assert set(whole["events"][0]) == {"id", "type", "timestamp", "data", "cursor"}
    paged, at = [], ""
    while True:
        page = read(server, limit=2, **({"cursor": at} if at else {}))
        paged += page["events"]
        at = page["cursor"]
        if not page["more"]:
            break
    assert paged == whole["events"]
    assert at == whole["cursor"] == read(server, cursor="now")["cursor"]
    assert read(server, cursor=at)["events"] == []


def test_the_feed_is_narrowed_by_types_and_its_cursor_moves_on(server: APIClient) -> None:
    some = read(server, types="variant.*")
    assert {one["type"] for one in some["events"]} == {"variant.published"}
    assert some["cursor"] == read(server, cursor="now")["cursor"]
    none = read(server, types="content.requested")
    assert (none["events"], none["cursor"]) == ([], some["cursor"])


def test_a_cursor_that_is_too_old_is_told_where_to_begin(
    server: APIClient, mine: estate.Estate
) -> None:
    old = cursor.of_feed(mine.site.pk, 0)
    News.objects.update(at=1)
    last = Feed.objects.get(pk=mine.site.pk).last
    assert news.sweep(news.KEPT + 2) > 0
    gone = server.get("/v1/events", {"cursor": old})
    assert (gone.status_code, gone.data["error"]["code"]) == (410, "gone")
    assert cursor.in_feed(gone.data["begin"], mine.site.pk) == last
    assert read(server, cursor=gone.data["begin"])["events"] == []
    ahead = server.get("/v1/events", {"cursor": cursor.of_feed(mine.site.pk, last + 1)})
    assert ahead.status_code == 410


@pytest.mark.parametrize(
    "asked",
    [{"cursor": "c_x"}, {"cursor": "e_" + "A" * 22}, {"limit": "0"}, {"limit": "1001"},
     {"limit": "x"}, {"types": "nothing"}],
)  # fmt: skip
def test_a_question_the_feed_cannot_take_is_refused(server: APIClient, asked: Any) -> None:
    answer = server.get("/v1/events", asked)
    assert (answer.status_code, answer.data["error"]["at"]) == (422, f"/{next(iter(asked))}")


def test_another_sites_key_sees_and_moves_nothing(mine: estate.Estate) -> None:
    other = estate.found("other")
    client = holder(other.site)
    assert client.get(f"/v1/endpoints/{mine.endpoint.pk}").status_code == 404
    for act in ("rotate", "test", "replay"):
        assert post(client, f"/v1/endpoints/{mine.endpoint.pk}/{act}").status_code == 404
    assert post(client, f"/v1/deliveries/{mine.delivery.pk}/retry").status_code == 404
    here = cursor.of_feed(mine.site.pk, 1)
    assert client.get("/v1/events", {"cursor": here}).status_code == 422
    assert read(client)["events"] == []


PATHS = ("/v1/endpoints", "/v1/deliveries", "/v1/events")


def test_who_holds_no_secret_stays_outside(mine: estate.Estate) -> None:
    strangers = [APIClient(), holder(mine.site, "pk")]
    for path in PATHS:
        assert [client.get(path).status_code for client in strangers] == [401, 401]
        assert holder(mine.site, "mk").get(path).status_code == 200
    viewer = holder(mine.site, "mk", role="viewer")
    assert post(viewer, "/v1/endpoints", {"url": HOOK}).status_code == 403
