"""Why, and when: the pages that explain and travel, by keyboard, in every light, and axe silent."""

import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests/clients/node_modules/axe-core/axe.min.js"
ASK = (
    "axe.run(document).then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)
SHOE = {"event": "Product Viewed", "properties": {"product_id": "ridge-boot", "category": "shoes"}}
TEST = {"events": [{**SHOE, "ago": f"{n}h"} for n in (2, 5, 200)], "traits": {"plan": "pro"}}


@pytest.fixture
def page(demo, signed_in):
    page = signed_in(demo, "/admin/desk/explain/", viewport={"width": 1280, "height": 900})
    page.wait_for_selector("#explain-slot")
    return page


def silent(page):
    """Ask axe in light and dark, wide and narrow."""
    if not AXE.is_file():
        pytest.skip("needs axe-core (npm install in tests/clients)")
    found = []
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(AXE.read_text())
            found += [(scheme, width, *one) for one in page.evaluate(ASK)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (scheme, width, wide)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []


def test_a_test_profile_is_explained_and_travelled_with_the_keyboard(page):
    page.fill("#explain-slot", "home.hero")
    page.select_option("#explain-who", "test")
    page.click("summary:has-text('Test profile')")
    page.fill("#explain-test", json.dumps(TEST))
    page.keyboard.press("Tab")
    page.focus("button:has-text('Explain')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#explain-rows")
    told = page.inner_text("#content")
    assert "viewed a product 1 more time within 7 days" in told
    assert "events count" in told
    silent(page)

    url = page.url.split("/admin/")[0] + "/admin/desk/timeline/?test="
    page.goto(url + json.dumps(TEST).replace(" ", "%20"))
    page.wait_for_selector("#travel-tools:not([hidden])")
    page.focus("#travel-range")
    before = page.inner_text("#travel-when")
    page.keyboard.press("PageDown")
    assert page.inner_text("#travel-when") != before
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".travel-slot").count() >= 2
    assert page.get_attribute("#travel-range", "aria-valuetext") == page.inner_text("#travel-when")
    silent(page)
    assert page.faults == []
