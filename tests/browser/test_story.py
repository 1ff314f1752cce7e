"""The demo's story, played in a real browser: a shop in one window, the live page in the other."""

import os
import signal
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

THINKING = "Still thinking about these?"
FALLBACK = "Leave the lights behind"
SHOES = "Find the pair that fits the hill"
SOON = 15_000
"""Milliseconds; how fast it really is, the benchmarks say."""


class Window:
    """One tab whose every fault is remembered."""

    def __init__(self, context):
        self.faults = []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._said)
        self.page.on("request", self._asked)

    def _said(self, message):
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _asked(self, request):
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            self.faults.append(f"asked outside: {request.url}")

    def hero(self, words):
        self.page.locator("[data-personalize-slot='home.hero']", has_text=words).wait_for(
            timeout=SOON
        )

    def look_three_times(self, told, product):
        for _ in range(3):
            self.page.goto(f"{told['shop_url']}product/{product}/")
            self.page.locator("[data-personalize-slot][data-pz-variant]").wait_for()
        self.page.goto(told["shop_url"])
        self.page.evaluate("window.stayed = true")

    def cart(self, name):
        self.page.get_by_role("button", name=f"Add {name} to the cart").click()


@pytest.fixture
def context(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def live_page(context, told):
    window = Window(context)
    window.page.goto(told["live_url"])
    window.page.fill("[name=username]", told["admin"]["user"])
    window.page.fill("[name=password]", told["admin"]["password"])
    window.page.keyboard.press("Enter")
    window.page.locator("[data-live]").wait_for()
    return window


def test_the_demo_says_where_everything_is(demo):
    told = demo.told()
    assert told["shop_url"].startswith(told["url"])
    assert told["live_url"].startswith(told["url"])
    prefixes = [told[f"{kind}_key"][:3] for kind in ("publishable", "secret", "management")]
    assert prefixes == ["pk_", "sk_", "mk_"]
    assert (demo.var / "demo.json").stat().st_mode & 0o077 == 0


def test_a_second_demo_is_refused_and_harms_the_first_not(demo):
    with pytest.raises(AssertionError, match="already runs"):
        demo.manage("demo", "--port", str(demo.port))
    assert demo.told()["url"].endswith(str(demo.port))


def test_the_story(demo, context):
    told = demo.told()
    shop = Window(context)
    shop.look_three_times(told, "ridge-boot")
    shop.hero(SHOES)
    live = live_page(context, told)
    abandoner = live.page.locator("[data-segment='cart-abandoner']")

    shop.cart("Ridge hiking boot")
    shop.hero(THINKING)
    abandoner.wait_for(timeout=SOON)
    live.page.locator(".move", has_text="entered Cart abandoner").wait_for(timeout=SOON)
    live.page.locator(".decision", has_text="still-thinking").wait_for(timeout=SOON)
    live.page.locator(".push", has_text="still-thinking").wait_for(timeout=SOON)

    shop.page.get_by_role("button", name="Buy").click()
    shop.hero(SHOES)
    abandoner.wait_for(state="detached", timeout=SOON)
    assert shop.page.evaluate("window.stayed")

    shop.look_three_times(told, "tarn-tent")
    shop.cart("Tarn two-person tent")
    shop.hero(THINKING)
    abandoner.wait_for(timeout=SOON)
    demo.manage("clock", "--forward", "25h")
    abandoner.wait_for(state="detached", timeout=SOON)
    live.page.locator(".move", has_text="because of time passing").first.wait_for(timeout=SOON)
    shop.page.get_by_text(THINKING).wait_for(state="detached", timeout=SOON)
    assert shop.page.evaluate("window.stayed")
    assert shop.faults + live.faults == []


def test_a_visitor_who_says_no_gets_the_pages_of_everybody(demo, context):
    shop = Window(context)
    shop.look_three_times(demo.told(), "ridge-boot")
    shop.hero(SHOES)
    with shop.page.expect_response("**/v1/b"):
        shop.page.get_by_role("button", name="Do not personalise").click()
    shop.hero(FALLBACK)
    asked = []
    shop.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    shop.page.reload()
    shop.hero(FALLBACK)
    assert [path for path in asked if path.startswith("/v1/")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_every_page_fits_every_screen(demo, chromium, tmp_path, scheme, width):
    told = demo.told()
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    shop = Window(context)
    paths = ["", "?category=shoes", "product/ridge-boot/", "cart/", "checkout/"]
    for number, path in enumerate(paths):
        shop.page.goto(told["shop_url"] + path)
        if number == 2:
            shop.page.get_by_role("button", name="Add to cart").click()
            shop.page.locator(".lines").wait_for()
        shop.page.screenshot(path=tmp_path / f"shop-{number}.png", full_page=True)
        assert shop.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    live = live_page(context, told)
    live.page.locator(".line .event").first.wait_for()
    live.page.screenshot(path=tmp_path / "live.png", full_page=True)
    assert live.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert shop.faults + live.faults == []
    context.close()


def test_the_shop_works_without_a_script(demo, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demo.told()["shop_url"])
    page.get_by_text(FALLBACK).wait_for(state="visible", timeout=SOON)
    page.get_by_role("button", name="Add Ridge hiking boot to the cart").click()
    page.locator(".lines", has_text="Ridge hiking boot").wait_for()
    page.get_by_role("button", name="Buy").click()
    page.get_by_text("Nothing in it yet").wait_for()
    context.close()


class Elsewhere(SimpleHTTPRequestHandler):
    """The shop's page on a server of its own, as a CMS has it: only the decisions are ours."""

    def __init__(self, body, *given):
        self.body = body
        super().__init__(*given, directory=ROOT / "templates")

    def do_GET(self):
        if self.path.startswith("/static/"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere(demo):
    told = demo.told()
    with urlopen(told["shop_url"]) as answer:
        body = answer.read().replace(b'src="/sdk/', f'src="{told["url"]}/sdk/'.encode())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Elsewhere, body)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_page_elsewhere_survives_the_server_s_end(demo, context, elsewhere):
    shop = Window(context)
    for _ in range(3):
        shop.page.goto(elsewhere)
        shop.page.evaluate(
            "pz.push(['track', 'Product Viewed', {product_id: 'x', category: 'shoes'}])"
        )
        shop.page.locator("[data-pz-variant]").first.wait_for()
    shop.hero(SHOES)

    web = next(
        child
        for child in psutil.Process(demo.process.pid).children(recursive=True)
        if "uvicorn" in child.cmdline()
    )
    os.kill(web.pid, signal.SIGSTOP)
    try:
        shop.page.goto(elsewhere, wait_until="commit")
        shop.page.get_by_text(FALLBACK).wait_for(state="visible", timeout=4000)
    finally:
        os.kill(web.pid, signal.SIGCONT)
    shop.hero(SHOES)

    demo.stop()
    shop.page.goto(elsewhere)
    shop.page.get_by_text(FALLBACK).wait_for(state="visible", timeout=4000)


def test_a_second_start_goes_on_with_what_is_there(demo):
    before = demo.told()
    demo.stop()
    after = demo.start()
    assert after == before
