"""Today, calendar and live in a browser: axe, narrow, dark, by keys, resting in the background."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).resolve().parents[1] / "clients/node_modules/axe-core/axe.min.js"
ASK = (
    "axe.run(document).then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)
PAGES = (
    "/admin/desk/today/",
    "/admin/desk/calendar/?days=28",
    "/admin/live/?all=1",
    "/admin/live/",
)
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def track(told, name, count=1):
    """Let somebody do something, as a page does."""
    for n in range(count):
        event = {"event": name, "anonymousId": f"tester-{n}", "messageId": f"{name}-{n}-{count}"}
        key = {"Authorization": f"Bearer {told['secret_key']}", "Content-Type": "application/json"}
        asked = Request(f"{told['url']}/v1/track", json.dumps(event).encode(), key)
        with urlopen(asked) as answer:
            assert answer.status == 200


def test_the_three_pages_are_for_everybody(demo, signed_in):
    """A fresh demo has no alarm; no page is too wide, none has a fault axe knows."""
    source, found = AXE.read_text() if AXE.is_file() else "", []
    for scheme, width in (("light", 1280), ("dark", 320)):
        page = signed_in(demo, "/admin/desk/today/", color_scheme=scheme,
                         viewport={"width": width, "height": 900})  # fmt: skip
        for path in PAGES:
            page.goto(path)
            page.locator("h1").first.wait_for()
            if path.startswith("/admin/desk/today"):
                assert page.locator(".today-alarm").count() == 0, page.locator(
                    "#content"
                ).inner_text()
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
            if source:
                page.evaluate(source)
                found += [(scheme, width, path, *one) for one in page.evaluate(ASK)]
        assert page.faults == []
    assert found == []


def test_live_rests_in_the_background_and_says_that_nothing_is_missing(demo, signed_in):
    told = demo.told()
    page = signed_in(demo, "/admin/live/?all=1")
    asked = []
    page.on("request", lambda one: "/admin/live/all/" in one.url and asked.append(one.url))
    track(told, "Before It Rested")
    page.locator(".event", has_text="Before It Rested").wait_for()
    page.evaluate(HIDE, True)
    page.wait_for_load_state("networkidle")
    count = len(asked)
    track(told, "While It Rested", 3)
    page.wait_for_timeout(2_500)
    assert len(asked) == count
    assert page.locator(".event", has_text="While It Rested").count() == 0
    page.evaluate(HIDE, False)
    page.locator(".event", has_text="While It Rested").nth(2).wait_for()
    page.locator("[data-said]", has_text="nothing is missing").wait_for()
    page.fill("[name=event]", "While It Rested")
    page.keyboard.press("Enter")
    page.locator(".event", has_text="Before It Rested").wait_for(state="detached")
    page.locator(".event", has_text="While It Rested").nth(2).wait_for()
    page.locator(".event .head a").first.click()
    page.locator("[data-following]").wait_for()
    assert page.faults == []


def test_a_calendar_is_walked_by_keys(demo, signed_in):
    page = signed_in(demo, "/admin/desk/calendar/")
    page.goto("/admin/sites/freeze/add/")
    page.select_option("[name=site]", label="Lantern")
    for name, value in (("name", "Stocktaking"), ("zone", "Europe/Berlin")):
        page.fill(f"[name={name}]", value)
    page.fill("[name=start]", "2026-01-01T00:00")
    page.fill("[name=until]", "2099-01-01T00:00")
    page.locator("[name=_save]").click()
    page.goto("/admin/desk/calendar/?days=28&zone=Europe/Berlin")
    page.locator(".calendar-freeze", has_text="Stocktaking").wait_for()
    assert "Europe/Berlin" in page.locator("#content").inner_text()
    page.locator("[data-calendar=after]").focus()
    page.keyboard.press("Enter")
    page.locator(".calendar-freeze", has_text="Stocktaking").wait_for()
    assert page.faults == []
