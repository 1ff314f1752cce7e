"""The editor's story in real WordPresses: a block is placed, a visitor's page changes live."""

import pytest

from tests.wordpress import editor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FALLBACK, PLAIN, GOLD = "What everybody may see", "Plain for all", "Gold for you"
SOON = 60_000
LOOK = "pz.push(['track', 'Product Viewed', {product_id: 'x'}])"


@pytest.fixture
def tab(chromium):
    """One tab of a visitor; what goes wrong in it is remembered."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    context.close()


@pytest.fixture(scope="module")
def published(chromium, wordpress, tmp_path_factory):
    """A page that was made in the block editor, as a person makes one; its address."""
    folder = tmp_path_factory.mktemp(f"wordpress-{wordpress.version}")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    editor.log_in(page, wordpress)
    place = editor.open_new(page, wordpress)
    try:
        editor.insert_slot(page, place)
        editor.write(page, place, "Spring", FALLBACK)
        editor.choose(page, "home.hero")
        page.screenshot(path=folder / "editor.png")
        address = editor.publish(page)
    finally:
        page.screenshot(path=folder / "published.png")
        context.close()
    return address


def slot(page, words):
    page.locator("[data-personalize-slot='home.hero']", has_text=words).wait_for(timeout=SOON)


def test_a_visitor_sees_the_slot_and_then_sees_it_change(wordpress, published, tab, tmp_path):
    tab.goto(published)
    slot(tab, PLAIN)
    tab.evaluate("window.stayed = true")
    for _ in range(2):
        tab.evaluate(LOOK)
    slot(tab, GOLD)
    tab.screenshot(path=tmp_path / "gold.png")
    assert tab.evaluate("window.stayed")
    assert tab.faults == []


def test_the_page_is_the_same_for_everybody(wordpress, published):
    path = published.removeprefix(wordpress.url)
    pages = [
        wordpress.get(path),
        wordpress.get(path, Cookie="pz=1", **{"User-Agent": "another"}),
        wordpress.get(path, **{"Sec-GPC": "1", "Accept-Language": "de"}),
    ]
    assert [page.status for page in pages] == [200, 200, 200]
    assert len({page.text for page in pages}) == 1
    for page in pages:
        told = {name.lower() for name in page.headers}
        assert {"set-cookie", "vary", "cache-control", "pragma"} & told == set()
    assert FALLBACK in pages[0].text
    assert 'data-personalize-slot="home.hero" data-pz-pending' in pages[0].text


def test_a_page_without_a_slot_has_nothing_of_ours(wordpress, published):
    page = wordpress.get("/sample-page/")
    assert page.status == 200
    assert "pzsrv" not in page.text
    assert "personalize" not in page.text


def test_without_a_script_or_a_server_the_fallback_is_there(chromium, wordpress, published):
    for options, blocked in (({"java_script_enabled": False}, False), ({}, True)):
        context = chromium.new_context(**options)
        page = context.new_page()
        if blocked:
            page.route("**/v1/**", lambda route: None)
            page.route_web_socket("**/v1/**", lambda socket: None)
        page.goto(published, wait_until="commit")
        page.get_by_text(FALLBACK).wait_for(state="visible", timeout=SOON)
        page.unroute_all(behavior="ignoreErrors")
        context.close()


def test_the_shortcode_does_what_the_block_does(wordpress, published, tab):
    words = "<em>Short</em><script>x()</script>"
    tag = f'[personalized_slot slot="home.hero" tag="section"]{words}[/personalized_slot]'
    content = f"<!-- wp:shortcode -->{tag}<!-- /wp:shortcode -->"
    made = wordpress.rest("POST", "/wp/v2/pages", title="Code", content=content, status="publish")
    text = wordpress.get(made["link"].removeprefix(wordpress.url)).text
    assert '<section data-personalize-slot="home.hero" data-pz-pending><em>Short</em>' in text
    assert "<script>x()" not in text
    tab.goto(made["link"])
    slot(tab, PLAIN)
    assert tab.faults == []
