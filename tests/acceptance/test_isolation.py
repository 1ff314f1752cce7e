"""Two sites with equal ids never see each other, and a public key never opens another's profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from personalization.plant.clock import system
from personalization.plant.instants import to_text
from personalization.sites.naming import message_id
from tests.acceptance.store import Store
from tests.acceptance.visiting import HERO, KEEN, Visiting
from tests.installation import Installation, until

pytestmark = pytest.mark.slow
SHOP, STRANGER = "https://shop.example", "https://stranger.example"
VIP = {"attribute": "traits.plan", "operator": "equals", "value": "vip"}
SLOTS = {
    "home.hero": {
        **HERO["home.hero"],
        "variants": {**HERO["home.hero"]["variants"], "vip": "<p>Vip {{ traits.name }}</p>"},
        "rows": [
            {"id": "vip", "when": {"segment": "vip"}, "then": {"variant": "vip"}},
            *HERO["home.hero"]["rows"],
        ],
    }
}
TOLD = {"segments": {"keen": KEEN, "vip": VIP}, "slots": SLOTS}
VICTIM, ATTACKER = "victim@shop.example", "attackers-device"


@dataclass(frozen=True)
class Shop:
    """One site: its number, its browser, its server."""

    site: int
    browser: Visiting
    server: Visiting
    secrets: dict[str, Any]


Shops = Callable[..., Shop]


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    with Installation() as started:
        yield started


@pytest.fixture
def shops(house: Installation) -> Iterator[Shops]:
    """Sites with the same segments, slots and variants; their clients leave in the end."""
    with ExitStack() as leaving:

        def opened(slug: str, **fields: Any) -> Shop:
            found = house.found(slug=slug, site=fields, **TOLD)
            pk, sk = (leaving.enter_context(Visiting(house.url, found[k])) for k in ("pk", "sk"))
            shop = Shop(found["site"], pk, sk, found)
            until(lambda: pk.ask(anonymousId="nobody").status_code == 200)
            until(lambda: pk.shown(anonymousId="nobody") == "base")
            return shop

        yield opened


def test_equal_ids_on_two_sites_are_two_people(house: Installation, shops: Shops) -> None:
    one, other = shops("one"), shops("other")
    held = Store(house)
    with (
        other.browser.listening(anonymousId="d") as device,
        other.server.listening(userId="u") as user,
        other.server.listening(site=True, types=["segment.*"]) as everything,
        one.server.listening(site=True, types=["segment.*"]) as own,
    ):
        for listener in (device, user):
            listener.hear_variant("base")
        before = [device.heard(), user.heard(), everything.heard(), own.heard()]
        one.server.views("d", userId="u")
        one.server.send("identify", userId="u", traits={"plan": "vip", "name": "Ann"})
        until(lambda: one.server.shown(userId="u") == "vip")
        until(lambda: one.browser.shown(anonymousId="d") == "vip")
        assert own.hear()
        held.settle()
        for _ in range(20):
            assert other.server.shown(userId="u") == "base"
            assert other.browser.shown(anonymousId="d") == "base"
        assert [device.heard(), user.heard(), everything.heard()] == [[], [], []], before
    assert held.messages(other.site) == {}
    assert held.book(other.site)["accepted"] == 0


def test_equal_message_ids_on_two_sites_are_two_messages(house: Installation, shops: Shops) -> None:
    one, other = shops("first"), shops("second")
    held = Store(house)
    for shop in (one, other, one):
        for number in range(3):
            shop.browser.views("d", 1, messageId=f"m-{number}")
    held.settle()
    ids = {message_id(f"m-{number}").hex: 1 for number in range(3)}
    assert held.messages(one.site) == ids == held.messages(other.site)
    assert held.book(one.site)["deduplicated"] == 3
    assert held.book(other.site)["deduplicated"] == 0
    for shop in (one, other):
        until(lambda: shop.browser.shown(anonymousId="d") == "keen")  # noqa: B023 asked at once


def test_a_key_opens_its_own_site_only(house: Installation, shops: Shops) -> None:
    one, other = shops("mine"), shops("yours")
    one.server.send("identify", userId="u", traits={"plan": "vip"})
    until(lambda: one.server.shown(userId="u") == "vip")
    for shop in (one, other):
        headers = {"authorization": f"Bearer {shop.secrets['mk']}"}
        listed = httpx.get(f"{house.url}/api/v1/sites/", headers=headers, timeout=60).json()
        assert [site["slug"] for site in listed["results"]] == [shop.secrets["slug"]]
    event = {"type": "track", "event": "Seen", "userId": "u"}
    assert one.browser.http.post("/v1/import", json={"batch": [event]}).status_code == 403
    assert one.browser.http.get("/api/v1/sites/").status_code in {401, 403}
    for listener in (one.browser, other.browser):
        with listener.listening(site=True, types=["segment.*"]) as socket:
            assert socket.closed() in {4401, 4403}


def test_nobody_takes_over_an_identity_with_a_public_key(house: Installation, shops: Shops) -> None:
    shop = shops("taken")
    held = Store(house)
    shop.server.send(
        "identify", userId=VICTIM, anonymousId="victims-device", traits={"plan": "vip", "name": "V"}
    )
    until(lambda: shop.server.shown(userId=VICTIM) == "vip")
    until(lambda: shop.browser.shown(anonymousId="victims-device") == "vip")
    with (
        shop.browser.listening(anonymousId=ATTACKER) as device,
        shop.browser.listening(anonymousId=ATTACKER, userId=VICTIM) as pretender,
    ):
        names = {"userId": VICTIM, "anonymousId": ATTACKER}
        calls = [
            ("identify", {**names, "traits": {}}),
            ("track", {**names, "event": "Product Viewed"}),
            ("page", {**names, "name": "Home"}),
            ("group", {**names, "groupId": "g"}),
            ("alias", {"userId": VICTIM, "previousId": ATTACKER}),
            ("alias", {"userId": ATTACKER, "previousId": VICTIM}),
            ("alias", {"userId": "attacker", "previousId": "victims-device"}),
        ]
        for path, message in calls:
            told = {"timestamp": to_text(system.now()), **message}
            assert shop.browser.send(path, **told) == 200
        held.settle()
        for _ in range(20):
            is_blind(shop, {"anonymousId": ATTACKER})
            is_blind(shop, names)
            is_blind(shop, {"userId": VICTIM})
            is_blind(shop, {**names, "token": "pt_made.up"})
        for listener in (device, pretender):
            heard = listener.heard()
            assert "vip" not in str(heard), heard
        shop.browser.send("track", event="Product Viewed", anonymousId=ATTACKER)
        held.settle()
        assert "vip" not in str([*device.heard(), *pretender.heard()])
    with shop.browser.listening(anonymousId=ATTACKER, cursor="c_") as late:
        assert "vip" not in str(late.heard_or_closed())
    assert shop.server.shown(userId=VICTIM) == "vip"
    assert shop.browser.shown(anonymousId="victims-device") == "vip"


def is_blind(shop: Shop, asked: dict[str, Any]) -> None:
    """Nothing in the answer tells anything about the victim."""
    answer = shop.browser.ask(**asked)
    assert answer.status_code == 200
    assert answer.json()["decisions"][0]["variant"] == "base"
    assert "vip" not in answer.text.lower()
    assert answer.json()["subject"] != VICTIM


def test_a_public_key_works_on_the_sites_own_pages_only(house: Installation, shops: Shops) -> None:
    shop = shops("guarded", origins=[SHOP])
    event = {"event": "Product Viewed", "anonymousId": "d"}
    strange, own = {"origin": STRANGER}, {"origin": SHOP}
    assert shop.browser.send("track", headers=strange, **event) == 403
    assert shop.browser.ask(headers=strange, anonymousId="d").status_code == 403
    assert shop.browser.send("track", headers=own, **event) == 200
    assert shop.browser.ask(headers=own, anonymousId="d").status_code == 200
    with shop.browser.listening(STRANGER, anonymousId="d") as listener:
        assert listener.closed() == 4403
    with shop.browser.listening(SHOP, anonymousId="d") as listener:
        listener.hear_variant("base")
    held = Store(house)
    held.settle()
    assert held.book(shop.site)["applied"] == 1
