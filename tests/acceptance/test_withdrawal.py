"""A consent withdrawn: decide and the stream follow within a second, also behind a full backlog."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import orjson
import pytest

from personalization.plant.clock import system
from personalization.sites.naming import identity_hex
from rules import state_json
from rules.state import State
from tests.acceptance import store, story
from tests.acceptance.sending import Client, Ledger, cut, flooding
from tests.acceptance.store import Store
from tests.acceptance.visiting import DEFINITIONS, Listener, Visiting
from tests.installation import Installation, until

pytestmark = pytest.mark.slow
PROMISED = 1.0
"""Seconds within which a withdrawal works: the promise itself (P11)."""
NO = {"consent": {"categoryPreferences": {"personalization": False}}}
VISITORS = int(os.environ.get("WITHDRAWAL_VISITORS", "5"))
LOAD = int(os.environ.get("WITHDRAWAL_LOAD", "10000"))
"""Events that wait for the workers all the while."""


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    with Installation(BACKLOG_SECONDS="600") as started:
        yield started


def test_decide_and_stream_follow_at_once(house: Installation) -> None:
    site = house.found(slug="quiet", **DEFINITIONS)
    devices = [f"quiet-device-{number}" for number in range(VISITORS)]
    with Visiting(house.url, site["pk"]) as browser:
        withdrawn(browser, devices)
    is_emptied(Store(house), site["site"], devices)


def test_also_while_the_workers_are_busy(house: Installation) -> None:
    site = house.found(slug="busy", **DEFINITIONS)
    held, ledger = Store(house), Ledger()
    client = Client(house.url, site["sk"], ledger)
    devices = [f"busy-device-{number}" for number in range(VISITORS)]
    crowd = cut(story.messages(1_000, 10, seed=9), 100)
    with Visiting(house.url, site["pk"]) as browser:
        for device in devices:
            browser.views(device)
        until(lambda: all(browser.shown(anonymousId=device) == "keen" for device in devices))
        with flooding(client, crowd, lambda: waiting(held, site["site"]) < LOAD):
            until(lambda: waiting(held, site["site"]) >= LOAD)
            withdrawn(browser, devices)
            assert waiting(held, site["site"]) > 0
    client.close()
    is_emptied(held, site["site"], devices)
    assert held.book(site["site"])["difference"] == 0


def waiting(held: Store, site: int) -> int:
    """Return how many events wait for the workers."""
    return held.book(site)["pending"]


def withdrawn(browser: Visiting, devices: list[str]) -> None:
    """Let every device withdraw, one after another: its page and its socket follow in time."""
    with ExitStack() as sockets:
        listeners = []
        for device in devices:
            if browser.shown(anonymousId=device) != "keen":
                browser.views(device)
            until(lambda: browser.shown(anonymousId=device) == "keen")  # noqa: B023 asked at once
            listener = sockets.enter_context(browser.listening(anonymousId=device))
            listener.hear_variant("keen")
            listeners.append(listener)
        for device, listener in zip(devices, listeners, strict=True):
            withdraw(browser, device, listener)


def withdraw(browser: Visiting, device: str, listener: Listener) -> None:
    """Withdraw on one device and hold decide and the stream to the promise."""
    told = threading.Event()
    said = threading.Thread(target=_listen, args=(listener, told), daemon=True)
    word = {"event": "Consent Changed", "anonymousId": device, "context": NO}
    assert browser.send("track", **word) == 200
    began = system.now()
    said.start()
    until(lambda: browser.shown(anonymousId=device) == "base", PROMISED)
    decided = system.now() - began
    assert told.wait(max(0.0, PROMISED - (system.now() - began) / 1e6)), "the stream is late"
    print(f"{device}: decide {decided / 1e6:.3f} s, stream {(system.now() - began) / 1e6:.3f} s")  # noqa: T201
    said.join()


def _listen(listener: Listener, told: threading.Event) -> None:
    listener.hear_variant("base")
    told.set()


def is_emptied(held: Store, site: int, devices: list[str]) -> None:
    """Wait until nothing of the devices is kept: no state, no member, no event that counts."""
    held.settle(600)
    empty = state_json.dump(State())
    ids = [identity_hex(site, "anonymous", device) for device in devices]
    states = held.rows("SELECT body FROM features_profilestate WHERE profile = ANY(%s)", [ids])
    assert len(states) == len(devices)
    assert all(orjson.loads(bytes(body)) == empty for (body,) in states)
    assert (
        store.members(held.rows, site)
        .get("keen", set())
        .isdisjoint({f"anonymous {device}" for device in devices})
    )
    counted = (
        "SELECT count(*) FROM events_log WHERE counted AND (owner = ANY(%s) OR device = ANY(%s))"
    )
    assert held.rows(counted, [ids, ids]) == [(0,)]
