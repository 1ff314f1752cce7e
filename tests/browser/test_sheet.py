"""An editor fills a matrix by keyboard: checks, people, a spreadsheet's rows, a second editor."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_grid_s_pure_parts_hold():
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    done = subprocess.run(
        [node, "--test", "tests/browser/sheet.mjs"], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()


@pytest.fixture
def editor(demo, signed_in):
    """Return a function that signs somebody in and opens the matrix; each has their own session."""

    def opened():
        pasting = ["clipboard-read", "clipboard-write"]
        page = signed_in(demo, "/admin/decisions/matrix/", permissions=pasting)
        page.click("#result_list a:has-text('home.hero')")
        page.click("text=Edit as a table")
        page.wait_for_selector(".sheet-cell")
        return page

    return opened


def cell(page, row, heading):
    """Put the cursor on a cell, by keyboard from wherever it stands in the grid."""
    headings = [
        th.inner_text() for th in page.query_selector_all(".sheet-grid thead tr:last-child th")
    ]
    headings = [name for name in headings if name not in {"#", "People"}]
    page.focus('.sheet-cell[tabindex="0"]')
    page.keyboard.press("Control+Home")
    for _ in range(row):
        page.keyboard.press("ArrowDown")
    for _ in range(headings.index(heading)):
        page.keyboard.press("ArrowRight")


def rows(page):
    return page.locator(".sheet-grid tbody tr")


def test_a_shadowed_row_is_found_and_repaired(editor):
    page = editor()
    count = rows(page).count()
    cell(page, 0, "Segments")
    page.keyboard.press("Control+d")
    warning = page.locator("li.sheet-warning").first
    warning.wait_for()
    assert re.search(r"[Rr]ow 2 is never reached", page.inner_text("#sheet-checks"))
    page.keyboard.press("F8")
    page.click("#sheet-checks >> text=Remove row 2")
    page.wait_for_selector("li.sheet-warning", state="detached")
    assert rows(page).count() == count
    assert page.faults == []


def test_a_spreadsheet_s_rows_are_pasted_saved_and_published(editor):
    page = editor()
    count = rows(page).count()
    lines = "\n".join(f"> 0.{i}\tcamp" for i in range(10))
    page.evaluate("text => navigator.clipboard.writeText(text)", lines)
    cell(page, count - 1, "scores.purchase_likelihood")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+v")
    assert rows(page).count() == count + 10
    cell(page, count, "Segments")
    page.keyboard.type("nonsense & ")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sheet-fault")
    page.keyboard.press("Control+z")
    page.wait_for_selector(".sheet-fault", state="detached")

    page.keyboard.press("Alt+ArrowUp")
    assert "moved to" in page.inner_text("#sheet-said")
    page.keyboard.press("Control+s")
    page.wait_for_selector("#sheet-publish button")
    assert "Saved as draft" in page.inner_text("#sheet-state")
    page.wait_for_selector("#sheet-people >> text=/Draft [2-9], counted/")
    assert re.search(r"\d+ of \d+", rows(page).last.inner_text())
    page.click("#sheet-publish button")
    page.wait_for_selector("text=is in force")
    assert page.faults == []


def test_two_editors_lose_nothing_of_each_other(editor):
    one, other = editor(), editor()
    for page, text in ((one, "by one"), (other, "by the other")):
        cell(page, 0, "Note")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    cell(other, 1, "Note")
    other.keyboard.type("only the other")
    other.keyboard.press("Enter")
    one.keyboard.press("Control+s")
    one.wait_for_selector("#sheet-state:has-text('Saved as draft')")
    other.keyboard.press("Control+s")
    other.wait_for_selector("[role=alertdialog]")
    assert "by one" in other.inner_text("[role=alertdialog]")
    other.click("text=Take theirs")
    other.click("[role=alertdialog] button")
    other.wait_for_selector("#sheet-state:has-text('Saved as draft')")
    grid = other.inner_text(".sheet-grid")
    assert "by one" in grid
    assert "only the other" in grid
    assert "by the other" not in grid
    assert one.faults == other.faults == []


def test_what_was_not_saved_can_be_brought_back(editor):
    page = editor()
    cell(page, 0, "Note")
    page.keyboard.type("kept")
    page.keyboard.press("Enter")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.click("text=Bring them back")
    assert "kept" in page.inner_text(".sheet-grid")


def test_cells_are_chosen_and_rows_grouped(editor):
    page = editor()
    cell(page, 0, "Segments")
    page.keyboard.press("F2")
    page.click("#sheet-editor button[aria-label='not in segment Shoes fan']")
    assert page.input_value(".sheet-field").endswith("& not shoes-fan")
    page.focus(".sheet-field")
    page.keyboard.press("Enter")
    assert "not Shoes fan" in rows(page).first.inner_text()

    cell(page, 0, "Segments")
    page.keyboard.press("Shift+Space")
    page.keyboard.press("Shift+ArrowDown")
    assert "2" in page.inner_text("#sheet-selected")
    page.select_option("#sheet-bulk-column", "group")
    page.fill("#sheet-bulk-value", "Winter")
    page.click("#sheet-bulk-set")
    page.wait_for_selector(".sheet-title")
    page.click(".sheet-fold")
    assert not page.locator("tr[data-row='0']").is_visible()
    page.click("[aria-label='Move the group Winter down']")
    cell(page, 0, "Segments")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.wait_for_selector(".sheet-title", state="detached")
    assert page.faults == []


def test_rows_are_found_and_their_people_listed(editor):
    page = editor()
    cell(page, 0, "Note")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+f")
    page.keyboard.type("camper")
    page.check("#sheet-only")
    page.wait_for_selector("#sheet-found:has-text('1 rows')")
    assert page.locator(".sheet-grid tbody tr:visible").count() == 1
    page.fill("#sheet-find", "")
    page.wait_for_selector("tr[data-row='0']:visible")

    page.wait_for_selector("#sheet-people:not(.sheet-stale) >> text=/not saved yet, counted/")
    got = page.locator("#sheet-fallback-people").inner_text().split()[0]
    page.select_option("#sheet-whom", '{"row":null}')
    page.wait_for_selector(f"#sheet-list >> text=/^{got} people/")
    shown = page.locator("#sheet-list a").count()
    assert shown == min(int(got), 50)
    assert page.faults == []


def test_what_is_being_typed_outlives_a_save_and_who_else_is_there_is_told(editor):
    one, other = editor(), editor()
    other.wait_for_selector("#sheet-others:has-text('Also open')")
    cell(one, 0, "Note")
    one.keyboard.type("first")
    one.keyboard.press("Enter")
    one.keyboard.press("Control+s")
    one.keyboard.press("F2")
    one.keyboard.type("half a wor")
    one.wait_for_selector("#sheet-state:has-text('Saved as draft')")
    one.keyboard.type("d")
    assert one.input_value(".sheet-field") == "half a word"
    one.keyboard.press("Enter")
    assert "half a word" in one.inner_text(".sheet-grid")
    one.keyboard.press("Control+z")
    one.keyboard.press("Control+s")
    assert one.faults == other.faults == []


BACK = "() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


def noted(page, text, row=0):
    cell(page, row, "Note")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("#sheet-state:has-text('kept at')")


def offers(page):
    return page.locator("#sheet-asked p", has_text="not saved")


def saved(page):
    page.keyboard.press("Control+s")
    page.wait_for_selector("#sheet-state:has-text('Saved as draft')")


def forget_all(page):
    while offers(page).count():
        with page.expect_response("**/drop/"):
            offers(page).first.locator("text=Forget them").click()


def test_a_closed_tab_s_work_is_brought_back_elsewhere_beside_what_others_saved(editor):
    one = editor()
    forget_all(one)
    noted(one, "from the first browser")
    one.close()
    two = editor()
    noted(two, "of somebody else", row=1)
    saved(two)
    assert "from the first browser" not in two.inner_text(".sheet-grid")
    three = editor()
    assert offers(three).count() == 1
    three.click("text=Bring them back")
    three.wait_for_selector(".sheet-grid :text('from the first browser')")
    saved(three)
    grid = three.inner_text(".sheet-grid")
    assert "from the first browser" in grid
    assert "of somebody else" in grid
    assert offers(editor()).count() == 0
    assert two.faults == three.faults == []


def test_a_page_from_the_back_button_is_not_shown_as_fresh_and_keeps_unsaved_work(editor):
    one, two = editor(), editor()
    noted(two, "saved behind the back")
    saved(two)
    with one.expect_navigation():
        one.evaluate(BACK)
    one.wait_for_selector(".sheet-grid :text('saved behind the back')")
    forget_all(one)
    noted(one, "not yet")
    one.evaluate(BACK)
    with one.expect_response("**/drop/"):
        one.keyboard.press("Control+z")
    assert "not yet" not in one.inner_text(".sheet-grid")
    assert offers(editor()).count() == 0
    assert one.faults == two.faults == []


def test_what_is_typed_while_a_save_merges_takes_nothing_of_the_other_back(editor):
    one, two = editor(), editor()
    noted(two, "of two")
    noted(one, "of one", row=1)
    saved(one)
    held = []

    def hold(route):
        if held:
            route.continue_()
        held.append(route)

    two.route("**/save/", hold)
    with two.expect_request("**/save/"):
        two.keyboard.press("Control+s")
    cell(two, 0, "Note")
    two.keyboard.type("typed meanwhile")
    two.keyboard.press("Enter")
    with two.expect_response("**/save/"):
        held[0].continue_()
    two.wait_for_selector("#sheet-state:has-text('Saved as draft')")
    two.keyboard.press("Control+s")
    two.click("[role=alertdialog] button")
    two.wait_for_selector("#sheet-asked:empty", state="attached")
    two.wait_for_selector("#sheet-state:has-text('Saved as draft')")
    last = editor().inner_text(".sheet-grid")
    assert "of one" in last
    assert "typed meanwhile" in last
    assert one.faults == two.faults == []
