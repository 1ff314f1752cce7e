"""Back and forward for real: Chromium keeps our page aside, and it comes back up to date."""

import pytest

from tests.api.conftest import running, stage, web  # noqa: F401 - fixtures
from tests.api.stage import viewed
from tests.browser.conftest import launched
from tests.browser.origins import origin
from tests.browser.pages import until
from tests.events.ground import stored

pytestmark = [stored, pytest.mark.browser]
PAGE = """<!doctype html><html lang="en"><head><title>A page</title>
<script defer src="{server}/sdk.js" data-personalize-key="{key}" data-personalize-host="{server}"
 data-personalize-consent="granted"></script></head>
<body><p data-personalize-slot="hero">Own</p></body></html>"""
OTHER = "<!doctype html><html lang='en'><title>Another</title><p>Elsewhere</p></html>"
WHY = "JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons ?? null)"


@pytest.fixture(autouse=True, scope="module")
def beside_a_loop():
    """Playwright keeps an event loop running in this thread; nothing runs in it meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="module")
def keeping():
    """A browser that keeps pages aside; Playwright switches that off by itself."""
    with launched(ignore_default_args=["--disable-back-forward-cache"]) as browser:
        yield browser


@pytest.fixture
def page(keeping):
    context = keeping.new_context()
    yield context.new_page()
    context.close()


def test_a_page_is_kept_aside_with_its_stream_let_go_and_catches_up(stage, web, page, tmp_path):  # noqa: F811
    (tmp_path / "other.html").write_text(OTHER)
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - it is written to
    with origin(PAGE.format(server=web.url, key=stage.pk), tmp_path, "127.0.0.1") as address:
        page.goto(address)
        page.get_by_text("For everybody").wait_for()
        until(page, lambda: sockets)
        visitor = page.evaluate("localStorage.getItem('pz.anonymous')")
        page.evaluate("window.kept = 'the very same page'")
        for turn in range(2):
            page.goto(f"{address}other.html")
            page.get_by_text("Elsewhere").wait_for()
            stage.happen(viewed(visitor))
            page.go_back(wait_until="commit")
            assert page.evaluate("window.kept ?? null") == "the very same page", page.evaluate(WHY)
            until(page, lambda turn=turn: len(sockets) > turn + 1)
        page.get_by_text("Keen", exact=True).wait_for()
        stage.text(stage.slot, "keen", "Keener")
        page.get_by_text("Keener").wait_for()  # the stream is there again
