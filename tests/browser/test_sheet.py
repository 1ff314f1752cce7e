"""An editor fills a matrix by keyboard: checks, people, a spreadsheet's rows, a second editor."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120_000


def test_the_grid_s_pure_parts_hold():
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    done = subprocess.run(
        [node, "--test", "tests/browser/sheet.mjs"], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()


@pytest.fixture
def editor(demo, chromium):
    """Return a function that signs somebody in and opens the matrix; each has their own session."""
    told, contexts = demo.told(), []

    def opened():
        context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.on("console", lambda said: said.type == "error" and page.faults.append(said.text))
        page.goto(told["url"] + "/admin/login/?next=/admin/decisions/matrix/")
        page.fill("#id_username", told["admin"]["user"])
        page.fill("#id_password", told["admin"]["password"])
        page.click("[type=submit]")
        page.click("#result_list a:has-text('home.hero')")
        page.click("text=Edit as a table")
        page.wait_for_selector(".sheet-cell")
        return page

    yield opened
    for context in contexts:
        context.close()


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
