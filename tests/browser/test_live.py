"""The client against a real server: drops lose nothing; Segment's own browser client works."""

import json
import random
from pathlib import Path

import pytest

from tests.api.conftest import running, stage, web  # noqa: F401 - fixtures
from tests.api.stage import identify
from tests.browser.origins import origin
from tests.browser.pages import until
from tests.events.ground import stored

pytestmark = [stored, pytest.mark.browser]
SEGMENT = Path(__file__).resolve().parents[1] / "clients/node_modules/@segment/analytics-next"
PAGE = """<!doctype html><html lang="en"><head><title>A page</title>
<script defer src="{server}/sdk.js" data-personalize-key="{key}"
 data-personalize-consent="granted"></script></head>
<body><p data-personalize-slot="hero">Own</p></body></html>"""
SENDING = """<!doctype html><html lang="en"><head><title>A page</title>
<script src="/umd/index.js"></script><script>
const analytics = AnalyticsNext.AnalyticsBrowser.load({{writeKey: "{key}", cdnURL: "{server}"}});
analytics.page("Home");
analytics.identify("ada", {{plan: "pro"}});
analytics.track("Order Completed", {{revenue: 9.5}});
analytics.group("g1");
analytics.alias("ada2");
</script></head><body></body></html>"""


@pytest.fixture(autouse=True, scope="module")
def beside_a_loop():
    """Playwright keeps an event loop running in this thread; nothing runs in it meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


class Wires:
    """The page's sockets to the server, each of which can be torn."""

    def __init__(self, context):
        self.live = []
        self.told = []
        context.route_web_socket("**/v1/stream", self._pass)

    def _pass(self, page):
        there = page.connect_to_server()
        there.on_message(lambda text: (self.told.append(json.loads(text)), page.send(text)))
        self.live = [page]

    def tear(self):
        for one in self.live:
            one.close(code=1011)
        self.live = []


def drops(stage, web, context, page, count):  # noqa: F811
    """Tear the stream so often while the visitor's name changes; the page ends up with the last."""
    wires = Wires(context)
    with origin(PAGE.format(server=web.url, key=stage.pk)) as address:
        page.goto(address)
        page.get_by_text("For everybody").wait_for()
        device = page.evaluate("localStorage.getItem('pz.anonymous')")
        page.evaluate(
            "document.querySelector('p').addEventListener('pz:decision',"
            " ({target}) => (window.seen ??= []).push(target.textContent))"
        )
        lot, torn, number = random.Random(7), 0, 0
        while torn < count:
            number += 1
            traits = {"plan": "pro", "name": f"{number:05}"}
            stage.happen({**identify("", traits), "userId": None, "anonymousId": device})
            if lot.random() < 0.7:
                wires.tear()
                torn += 1
                page.wait_for_timeout(lot.choice((0, 5, 30)))
                page.evaluate("dispatchEvent(new Event('online'))")
        until(page, lambda: page.locator("p").inner_text() == f"Hello {number:05}", 60)
        seen = [text for text in page.evaluate("window.seen") if text.startswith("Hello")]
        assert seen == sorted(seen)
        shown = web.decide(stage.pk, anonymousId=device)["decisions"][0]
        assert shown["content"]["text"] == page.locator("p").inner_text()


@pytest.fixture
def context(chromium):
    context = chromium.new_context()
    yield context
    context.close()


def test_a_stream_that_is_torn_again_and_again_loses_nothing(stage, web, context, page):  # noqa: F811
    drops(stage, web, context, page, 12)


@pytest.mark.nightly
def test_two_hundred_drops_lose_nothing(stage, web, context, page):  # noqa: F811
    drops(stage, web, context, page, 200)


def test_segment_s_own_browser_client_sends_to_us_unmodified(stage, web, page):  # noqa: F811
    if not SEGMENT.is_dir():
        pytest.skip("needs @segment/analytics-next (npm install in tests/clients)")
    answers = []
    page.on("response", lambda told: answers.append((told.url, told.status)))
    with origin(SENDING.format(server=web.url, key=stage.pk), SEGMENT / "dist") as address:
        page.goto(address)
        wanted = {f"{web.url}/v1/{kind}" for kind in "pitga"}
        until(page, lambda: wanted <= {url for url, status in answers if status == 200}, 60)
    stage.settle()
    assert stage.profile("ada", "user")
