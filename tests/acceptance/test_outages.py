"""A decision never fails: every outage and every mix of them, running and freshly booted (P6)."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.acceptance.apart import Apart
from tests.acceptance.visiting import DEFINITIONS, Visiting
from tests.api.stage import Server, server
from tests.installation import until

SERVICES = ("cache", "broker", "postgres")
TEXTS = {"base": "<p>For everybody</p>", "keen": "<p>For the keen</p>"}
NAMES = {"cache", "database", "definitions", "snapshot"}
"""What an answer may call degraded here."""


class Shop:
    """A site with one keen visitor, on an installation whose parts die one by one."""

    def __init__(self, house: Apart, slug: str) -> None:
        self.house = house
        self.folder = house.var / "current"
        self.kept = house.var / f"kept-{slug}"
        self.found = house.found(slug=slug, **DEFINITIONS)
        self.dead: set[str] = set()

    def prepare(self, web: Server) -> None:
        """Let one visitor become keen, and keep a copy of the last known good."""
        with Visiting(web.url, self.found["pk"]) as browser:
            until(lambda: browser.ask(anonymousId="d1").status_code == 200)
            browser.views("d1")
            until(lambda: browser.shown(anonymousId="d1") == "keen")
        shutil.copytree(self.folder, self.kept)

    def outage(self, wanted: set[str]) -> None:
        """Bring exactly these parts down: start what is to live, kill what is to die."""
        for name in sorted(self.dead - wanted):
            self._live(name)
        for name in sorted(wanted - self.dead):
            self._die(name)
        self.dead = set(wanted)

    def _live(self, name: str) -> None:
        if name == "file":
            shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)
        else:
            self.house.wake(name)

    def _die(self, name: str) -> None:
        if name == "file":
            shutil.rmtree(self.folder)
        elif name == "workers":
            self.house.kill("celery")
            self.house.stop()
        else:
            self.house.die(name)

    def decide(self, web: Server, count: int) -> None:
        """Ask so many times, as the keen visitor and as strangers: all answers are right."""
        for number in range(count):
            device = "d1" if number % 3 else f"new-{number}"
            told = web.ask(self.found["pk"], anonymousId=device, slots=["home.hero"])
            self.judge(told, device)

    def judge(self, told: dict[str, Any], device: str) -> None:
        """Hold one answer to the promise: a valid variant, and honest about what was missing."""
        (shown,) = told["decisions"]
        degraded = set(told["degraded"])
        assert shown["content"] == {"type": "html", "html": TEXTS[shown["variant"]]}, told
        assert shown["reason"] in {"TARGETING_MATCH", "DEFAULT", "STALE"}, told
        assert degraded <= NAMES, told
        if device == "d1" and shown["variant"] != "keen":
            assert degraded, (told, self.dead)
        if "cache" in self.dead:
            assert "cache" in degraded, (told, self.dead)
        if {"cache", "postgres"} <= self.dead and device == "d1":
            assert "database" in degraded, (told, self.dead)

    def recovers(self, web: Server) -> None:
        """Wait until the keen visitor is served as such, and nothing is degraded."""

        def healthy() -> bool:
            told = web.ask(self.found["pk"], anonymousId="d1", slots=["home.hero"])
            return told["degraded"] == [] and told["decisions"][0]["variant"] == "keen"

        until(healthy)


@pytest.fixture(scope="module")
def house() -> Iterator[Apart]:
    with pytest.MonkeyPatch.context() as patch, Apart(patch) as started:
        yield started


@pytest.fixture
def shop(house: Apart, request: pytest.FixtureRequest) -> Iterator[Shop]:
    house.start()
    found = Shop(house, request.node.name.replace("_", "-")[:50])
    yield found
    found.outage({"workers"})


@pytest.mark.slow
def test_every_mix_of_outages_on_a_running_process(shop: Shop) -> None:
    running(shop, int(os.environ.get("OUTAGE_DECISIONS", "300")))


@pytest.mark.slow
def test_a_process_boots_and_decides_whatever_is_away(shop: Shop) -> None:
    each = [{"cache"}, {"broker"}, {"postgres"}, set(SERVICES)]
    booted(shop, each, int(os.environ.get("OUTAGE_DECISIONS", "300")))


@pytest.mark.nightly
def test_every_mix_of_outages_ten_thousand_times(shop: Shop) -> None:
    running(shop, 10_000)


@pytest.mark.nightly
def test_a_process_boots_into_every_mix_ten_thousand_times(shop: Shop) -> None:
    booted(shop, mixes(SERVICES), 10_000)


def running(shop: Shop, count: int) -> None:
    """Walk through every mix of outages, the workers alive first and then dead."""
    with server(shop.house.env) as web:
        shop.prepare(web)
        for workers in (set(), {"workers"}):
            for mix in mixes(("file", *SERVICES)):
                shop.outage(mix | workers)
                shop.decide(web, count)
        shop.outage({"workers"})
        shop.recovers(web)


def booted(shop: Shop, each: list[set[str]], count: int) -> None:
    """Boot a web process into each mix of outages; it finds only what the last one kept."""
    with server(shop.house.env) as web:
        shop.prepare(web)
    for workers in (set(), {"workers"}):
        for mix in each if not workers else [set(), set(SERVICES)]:
            shop.outage(mix | workers)
            with server(shop.house.env) as web:
                shop.decide(web, count)
                shop.outage(workers)
                shop.recovers(web)
    shop.outage({"file", "workers", *SERVICES})
    knows_nothing(shop)


def knows_nothing(shop: Shop) -> None:
    """Boot with nothing at all: it lives, is not ready, and asks everybody to come again."""
    words = {"anonymousId": "d1", "event": "Product Viewed"}
    with (
        server(shop.house.env, path="/healthz") as web,
        Visiting(web.url, shop.found["pk"]) as v,
    ):
        assert web.http.get("/readyz").status_code == 503
        later(v.ask(anonymousId="d1"))
        later(v.http.post("/v1/track", json=words))
        shop.outage({"workers"})
        until(web.is_ready)
        shop.recovers(web)


def later(answer: httpx.Response) -> None:
    """Expect a refusal that asks to come again: what is 4xx would be thrown away."""
    assert answer.status_code == 503, answer.text
    assert float(answer.headers["retry-after"]) > 0


def mixes(parts: tuple[str, ...]) -> list[set[str]]:
    """Return every mix of the parts, each one step from the one before (Gray's code)."""
    codes = [n ^ (n >> 1) for n in range(2 ** len(parts))]
    return [{part for bit, part in enumerate(parts) if code >> bit & 1} for code in codes]


def test_mixes_are_complete_and_a_step_apart() -> None:
    found = mixes(SERVICES)
    assert len({frozenset(mix) for mix in found}) == 8
    assert all(len(one ^ other) == 1 for one, other in itertools.pairwise(found))
