"""The editor's and the visitor's story in a real Wagtail and a real django CMS, in Chromium."""

import contextlib
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from personalization.plant import beside
from tests.browser.conftest import Demo
from tests.waiting import until

api = pytest.importorskip("playwright.sync_api", reason="needs playwright")

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BASELINE = "Leave the lights behind"
THINKING = "Still thinking about these?"
FALLBACK = "Written by the editor"
SOON = 60_000
"""Milliseconds; the machine may be busy."""


class FrontCache(BaseHTTPRequestHandler):
    """A cache before the CMS, as Varnish is one: it notes what it is told to forget."""

    purged: list[str]

    def do_PURGE(self):
        self.purged.append(f"http://{self.headers['host']}{self.path}")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def front_cache():
    """A cache in front of Wagtail: where it is, and the pages it forgot."""
    FrontCache.purged = []
    with ThreadingHTTPServer(("127.0.0.1", 0), FrontCache) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", FrontCache.purged
        server.shutdown()


@pytest.fixture(scope="module")
def told(chromium, front_cache):
    """A demo with both CMSs beside it; what it wrote down."""
    if not beside.PYTHON.exists():
        pytest.skip("needs .venv-cms (make .venv-cms/installed)")
    demo = Demo("--beside", "wagtail", "--beside", "djangocms")
    demo.env["DEMO_FRONT_CACHE"] = front_cache[0]
    try:
        demo.start()
        yield demo.told("djangocms_url")
    finally:
        demo.remove()


@pytest.fixture
def pictures(tmp_path):
    """Where the screenshots go: a folder of the run, or the one that PICTURES names."""
    folder = Path(os.environ.get("PICTURES", tmp_path))
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def editor(chromium, pictures):
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(SOON)
    page = context.new_page()
    yield page
    page.screenshot(path=pictures / "editor-last.png")
    context.close()


@pytest.fixture
def visitor(chromium):
    context = chromium.new_context(viewport={"width": 1100, "height": 900})
    context.set_default_timeout(SOON)
    yield context.new_page()
    context.close()


def manage(told, path, body=None):
    """Ask the management API, or (with a body) post to it."""
    headers = {
        "authorization": f"Bearer {told['management_key']}",
        "content-type": "application/json",
        "if-match": "*",
    }
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{told['url']}/api/v1/{path}", data, headers)) as answer:
        return json.load(answer)


def entries(told):
    """Return the titles of the entries that the server read from CMSs, by their source."""
    rows = manage(told, "entries/?status=published")["results"]
    return {(row["source"].partition("-")[0], row["title"]) for row in rows}


def log_in(page, told, url):
    page.goto(f"{url}admin/")
    page.fill("[name=username]", told["editor"]["user"])
    page.fill("[name=password]", told["editor"]["password"])
    page.keyboard.press("Enter")
    page.locator("[name=password]").wait_for(state="detached")


def slot(page, words):
    return page.locator("[data-personalize-slot='home.hero']", has_text=words).first


def visit(page, url, picture):
    """Be a visitor who becomes a cart abandoner while the page is open."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(url)
    assert FALLBACK in answer.text()
    assert THINKING not in answer.text()
    assert "set-cookie" not in answer.headers
    slot(page, BASELINE).wait_for()
    page.evaluate("window.stayed = true")
    for _ in range(3):
        page.get_by_role("button", name="Look at a boot").click()
    page.get_by_role("button", name="Put it in the cart").click()
    slot(page, THINKING).wait_for()
    page.screenshot(path=picture)
    page.get_by_role("button", name="Buy it").click()
    page.get_by_text(THINKING).first.wait_for(state="detached")
    assert page.evaluate("window.stayed"), "the page changed by itself, without a reload"
    assert {urlsplit(one).hostname for one in asked} == {"127.0.0.1"}


def insert(page, button, name):
    """Choose a block from Wagtail's list; one that closed while the page moved is opened again."""
    options = page.get_by_role("option").filter(visible=True)

    def chosen():
        if not options.count():
            button.click()
        with contextlib.suppress(api.Error):
            options.get_by_text(name, exact=True).click(timeout=3_000)
            return True
        return False

    until(chosen, 60)
    until(lambda: not options.count(), 60)


def write(page, box, words):
    """Type into an editor that may still be waking up."""

    def written():
        box.click()
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
        return words in box.inner_text()

    until(written, 60)


def choose(page, menu, entry):
    """Open a menu of django CMS's toolbar, again where it closed, and choose an entry."""
    wanted = page.get_by_text(entry)

    def chosen():
        if not wanted.is_visible():
            page.locator(".cms-toolbar").get_by_text(menu).click()
        with contextlib.suppress(api.Error):
            wanted.click(timeout=3_000)
            return True
        return False

    until(chosen, 60)


def preview_as(page, mode, words):
    """Choose a way to preview in Wagtail until it shows the words; a busy machine drops some."""

    def shown():
        page.select_option("#id_preview_mode", mode)
        with contextlib.suppress(api.Error):
            frame = page.frame_locator("#w-preview-iframe")
            frame.get_by_text(words).wait_for(timeout=15_000)
            return True
        page.select_option("#id_preview_mode", "")
        return False

    until(shown, 90)


def write_in_wagtail(page):
    """Insert the block, choose its slot from the list, write what everybody sees."""
    page.get_by_placeholder("Page title*").press_sequentially("Autumn")
    insert(page, page.locator("button[title='Insert a block']").first, "Personalized slot")
    chooser = page.locator("input[list]").first
    names = page.locator("datalist option").evaluate_all("all => all.map(one => one.value)")
    assert "home.hero" in names
    chooser.fill("home.hero")
    inner = page.locator("[data-contentpath='fallback'] button[title='Insert a block']").first
    insert(page, inner, "Text")
    write(
        page, page.locator("[data-contentpath='fallback'] [contenteditable=true]").first, FALLBACK
    )


def test_the_story_in_wagtail(told, editor, visitor, pictures):
    url = told["wagtail_url"]
    log_in(editor, told, url)
    editor.goto(f"{url}admin/pages/add/home/homepage/3/")
    write_in_wagtail(editor)
    editor.screenshot(path=pictures / "wagtail-1-block.png")

    editor.get_by_role("button", name="Toggle preview").click()
    preview_as(editor, "segment:cart-abandoner", THINKING)
    preview = editor.frame_locator("#w-preview-iframe")
    preview.get_by_text("as segment: cart-abandoner").wait_for()
    editor.screenshot(path=pictures / "wagtail-2-preview.png")
    preview_as(editor, "segment:", BASELINE)

    editor.locator("[data-w-dropdown-target='toggle']").last.click()
    editor.get_by_role("button", name="Publish").click()
    editor.get_by_text("published").first.wait_for()
    visit(visitor, f"{url}autumn/", pictures / "wagtail-3-visitor.png")
    until(lambda: ("wagtail", "Autumn") in entries(told), 60)


def test_what_is_published_here_purges_the_pages_of_wagtail_that_hold_the_slot(told, front_cache):
    rows = manage(told, "variants/?limit=100")["results"]
    path = next(
        f"variants/{row['id']}/revisions/"
        for row in rows
        if (row["slot"], row["slug"]) == ("home.hero", "vip")
    )
    made = manage(told, path, {"content": {"html": "<h2>A new morning</h2>"}})
    front_cache[1].clear()
    manage(told, f"{path}{made['number']}/publish/", {})
    home = told["wagtail_url"]
    until(lambda: home in front_cache[1], 60)
    assert all(url.startswith(home) for url in front_cache[1])


def write_in_django_cms(page):
    """Insert the plugin by the structure board, choose its slot, put a text into it."""
    page.locator(".cms-toolbar-item-cms-mode-switcher a").first.click()
    board, window = page.locator(".cms-structure"), page.locator(".cms-modal")
    form = page.frame_locator(".cms-modal-frame iframe")
    board.locator(".cms-dragbar .cms-submenu-add").first.click()
    window.get_by_text("Personalized slot").first.click()
    form.locator("select[name=slot]").select_option("home.hero")
    window.locator(".cms-btn-action").first.click()
    window.wait_for(state="hidden")
    item = board.locator(".cms-dragitem", has_text="home.hero").last
    item.locator(".cms-submenu-add").first.click()
    window.get_by_text("Text", exact=True).first.click()
    write(page, form.locator("[contenteditable=true]").first, FALLBACK)
    window.locator(".cms-btn-action").first.click()
    page.locator("[data-pz-written='home.hero']", has_text=FALLBACK).wait_for()


def test_the_story_in_django_cms(told, editor, visitor, pictures):
    url = told["djangocms_url"]
    log_in(editor, told, url)
    editor.goto(url)
    editor.locator(".cms-toolbar").get_by_text("New Draft").click()
    editor.locator(".cms-toolbar").get_by_text("Preview as").wait_for()
    write_in_django_cms(editor)
    editor.screenshot(path=pictures / "djangocms-1-plugin.png")

    choose(editor, "Preview as", "As segment: cart-abandoner")
    editor.locator("[data-pz-preview='home.hero']", has_text=THINKING).first.wait_for()
    editor.screenshot(path=pictures / "djangocms-2-preview.png")

    editor.locator(".cms-toolbar").get_by_text("Edit", exact=True).click()
    editor.locator(".cms-toolbar").get_by_text("Publish", exact=True).click()
    editor.locator(".cms-toolbar").get_by_text("New Draft").wait_for()
    visit(visitor, url, pictures / "djangocms-3-visitor.png")
    until(lambda: ("djangocms", "Into the hills") in entries(told), 60)
