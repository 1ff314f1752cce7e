"""An editor takes a matrix to a spreadsheet and back, and writes a variant: keyboard and mouse."""

import re
from pathlib import Path

import pytest

from rules.filing import tables

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).resolve().parents[1] / "clients/node_modules/axe-core/axe.min.js"
ASK = (
    "axe.run({exclude: ['#header']})"
    ".then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)
SETTLED = "Promise.all(document.getAnimations().map((one) => one.finished)).then(() => null)"
"""Colours change in steps: what is looked at meanwhile has neither."""
LIST = "/admin/decisions/matrix/"
VARIANTS = "/admin/content/variant/"


def violations(page):
    """Return what axe says of a page, also narrow and dark; nothing where axe is not installed."""
    if not AXE.is_file():
        pytest.skip("needs axe-core (npm install in tests/clients)")
    found = []
    page.evaluate(AXE.read_text())
    for scheme, width in (("light", 1440), ("dark", 1440), ("light", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLED)
        found += [(scheme, width, *one) for one in page.evaluate(ASK)]
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        assert not wide, (page.url, width)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def opened(page, slot):
    page.goto(LIST)
    page.click(f"#result_list a:has-text('{slot}')")
    page.click("text=Edit as a table")
    page.click("text=Files: CSV, Excel, DMN")
    page.wait_for_selector("#file-down")


def downloaded(page, label, folder):
    with page.expect_download() as found:
        page.click(f".file-links a:has-text('{label}') >> nth=0")
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def looked(page, path):
    page.set_input_files("#file-file", path)
    page.focus("text=Look at the changes")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_every_matrix_of_the_demo_comes_back_as_it_went(demo, signed_in):
    page = signed_in(demo, LIST)
    page.wait_for_selector("#result_list")
    rows = page.locator("#result_list tbody th a")
    pks = [re.search(r"matrix/(\d+)/", row.get_attribute("href"))[1] for row in rows.all()]
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
    said = []
    for pk in pks:
        at = f"/admin/desk/matrices/{pk}/files/"
        for name, known in tables().items():
            got = page.request.get(f"{at}1/{name}/")
            if not got.ok:
                assert name == "dmn", "only DMN has no words for something, and names it"
                continue
            file = {"name": f"a{known.suffix}", "mimeType": known.media, "buffer": got.body()}
            form = {"csrfmiddlewaretoken": token, "base": "1", "file": file}
            answer = page.request.post(f"{at}look/", multipart=form, headers={"Referer": page.url})
            assert answer.ok
            assert "made from r1" in answer.text()
            said.append((name, "Nothing changes" in answer.text()))
    assert said == [(name, True) for name, _ in said]
    assert len(said) >= 2 * len(pks) > 0


def test_a_file_is_changed_looked_at_and_applied_by_keyboard_without_a_script(
    demo, signed_in, tmp_path
):
    page = signed_in(demo, LIST, accept_downloads=True, java_script_enabled=False)
    page.wait_for_selector("#result_list")
    opened(page, "home.hero")
    path = downloaded(page, "CSV", tmp_path)
    lines = path.read_text("utf-8-sig").splitlines()
    name, *rest = lines[2].split(",", 1)
    path.write_text("\n".join([*lines[:2], *lines[3:], f"copy-of-{name},{rest[0]}"]), "utf-8")
    looked(page, path)
    assert page.locator(".file-removed .file-tag-removed").inner_text() == "removed"
    assert page.locator(".file-added .file-tag-added").inner_text() == "added"
    page.focus("text=Apply to the draft")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Saved as draft" in page.inner_text(".messagelist")
    assert page.faults == []


def test_the_pages_of_a_look_and_of_faults_are_accessible_and_narrow(demo, signed_in, tmp_path):
    page = signed_in(demo, LIST, accept_downloads=True)
    page.wait_for_selector("#result_list")
    opened(page, "home.hero")
    found = violations(page)
    path = downloaded(page, "CSV", tmp_path)
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace(",100,", ",40,", 1) + "new,,,,,,,,,,,,,,,", "utf-8")
    looked(page, path)
    page.wait_for_selector("text=The file changes nothing.")
    found += violations(page)
    path.write_text(text.replace(",100,", ",40,", 1), "utf-8")
    looked(page, path)
    page.wait_for_selector(".file-changed ins")
    found += violations(page)
    assert found == []
    assert [fault for fault in page.faults if "422" not in fault] == []


@pytest.fixture
def editor(demo, signed_in):
    """Return a function that signs somebody in and opens one variant of the hero."""

    def opened(**options):
        page = signed_in(demo, VARIANTS, **options)
        page.wait_for_selector("#result_list")
        page.click("#result_list tbody tr:has-text('home.hero') th a >> nth=0")
        page.click("text=Write and preview")
        page.wait_for_selector("#var-said")
        return page

    return opened


def frame(page):
    return page.frame_locator("#var-shown")


def test_a_text_is_written_completed_seen_and_saved_by_keyboard(editor):
    page = editor()
    page.focus("#var-said")
    page.keyboard.press("Control+a")
    page.keyboard.type("<p>Hello {{ traits.")
    page.wait_for_selector("#var-offered [role=option]")
    page.keyboard.press("ArrowDown")
    path = page.inner_text("#var-offered [aria-selected=true]").split()[0]
    page.keyboard.press("Enter")
    page.keyboard.type("friend")
    page.keyboard.press("End")
    page.keyboard.type(", <em>welcome</em><script>alert(1)</script></p>")
    assert f"{{{{ {path} | default: 'friend' }}}}" in page.input_value("#var-said")
    frame(page).locator("text=Hello friend, welcome").wait_for()
    assert page.inner_text("#var-values dt") == path
    assert frame(page).locator("script").count() == 0
    page.reload()
    page.click("text=Bring it back")
    assert path in page.input_value("#var-said")
    page.focus("#var-said")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert "Saved as draft" in page.inner_text(".messagelist")
    assert page.locator("#var-asked button").count() == 0
    assert page.faults == []


def test_it_is_seen_as_somebody_sees_it_in_every_width(editor):
    page = editor()
    page.fill("#var-said", "<p>Hi {{ traits.nickname | default: 'friend' }}</p>")
    frame(page).locator("text=Hi friend").wait_for()
    page.select_option("#var-by", "test")
    page.click("summary:has-text('Test profile')")
    page.fill("#var-test", '{"traits": {"nickname": "<b>Ann</b>"}}')
    page.keyboard.press("Tab")
    frame(page).locator("text=Hi <b>Ann</b>").wait_for()
    for name, width in (("phone", 375), ("tablet", 768), ("desktop", 1280)):
        page.check(f"[value={name}]")
        assert page.evaluate("document.querySelector('#var-shown').clientWidth") == width
    page.fill("#var-said", "{{ nonsense")
    page.wait_for_selector("#var-shown-fault:has-text('placeholder')")
    assert page.faults == []


def test_two_editors_see_each_other_s_text_and_neither_is_lost(editor):
    one, other = editor(), editor()
    one.fill("#var-said", "<p>by one</p>")
    other.fill("#var-said", "<p>by the other</p>")
    for page in (one, other):
        with page.expect_navigation():
            page.click("text=Save draft")
    assert "by one" in other.inner_text("[role=alert]")
    assert other.input_value("#var-said") == "<p>by the other</p>"
    with other.expect_navigation():
        other.click("text=Save draft")
    assert "Saved as draft" in other.inner_text(".messagelist")
    assert other.input_value("#var-said") == "<p>by the other</p>"


def test_the_page_is_accessible_and_narrow_and_asks_nobody_outside(editor):
    page = editor()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#var-said", '<img src="https://x.example/a.png" alt="a"><p>{{ traits.plan }}</p>')
    frame(page).locator("img[alt=a]").wait_for()
    assert violations(page) == []
    assert [url for url in asked if "x.example" in url] == []
    page.click("text=Open >> nth=0")
    page.wait_for_selector("#var-said")
    assert page.faults == []
