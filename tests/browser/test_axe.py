"""Axe finds nothing on the demo shop's pages, whatever the screen and the colours."""

from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).resolve().parents[1] / "clients/node_modules/axe-core/axe.min.js"
PATHS = ["", "?category=shoes", "product/ridge-boot/", "cart/", "checkout/"]
ASK = (
    "axe.run(document).then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)


def test_axe_finds_nothing_on_the_shop_s_pages(demo, chromium):
    if not AXE.is_file():
        pytest.skip("needs axe-core (npm install in tests/clients)")
    shop, source, found = demo.told()["shop_url"], AXE.read_text(), []
    for scheme in ("light", "dark"):
        for width in (320, 1440):
            size = {"width": width, "height": 900}
            context = chromium.new_context(color_scheme=scheme, viewport=size)
            page = context.new_page()
            for path in PATHS:
                page.goto(shop + path)
                page.locator("footer").wait_for()
                page.evaluate(source)
                found += [(scheme, width, path, *one) for one in page.evaluate(ASK)]
            context.close()
    assert found == []
