"""A row of an experiment that came from git: seen, moved, switched off, and never written over."""

import re

from tests.browser.test_sheet import cell, rows

LABEL = "tr[data-row='{}'] .sheet-experiment"


def held(demo, folder, name):
    """Put an experiment before all rows of the shop's hero, as a draft that comes from files."""
    demo.manage("rules", "export", str(folder), "--site", "lantern")
    [file] = folder.glob("matrices/home.hero*.matrix")
    before = file.read_text()
    row = (
        f'row "{name}"\n  when in segment "camper"\n'
        '  then experiment "hero-test"\n  note "from git"\n'
    )
    file.write_text(before.replace('row "', f'{row}\nrow "', 1))
    said = demo.manage("rules", "apply", str(folder), "--site", "lantern", "--draft")
    assert "1 drafts are written" in said
    return before.count('\nrow "')


def opened(demo, signed_in):
    page = signed_in(demo, "/admin/decisions/matrix/")
    page.click("#result_list a:has-text('home.hero')")
    page.click("text=Edit as a table")
    page.wait_for_selector(LABEL.format(0))
    return page


def test_a_row_of_an_experiment_is_seen_and_what_it_shows_is_not_written(demo, signed_in, tmp_path):
    count = held(demo, tmp_path, "try") + 1
    page = opened(demo, signed_in)
    first = rows(page).first.inner_text()
    assert re.search(r"Experiment\s+hero-test", first, re.IGNORECASE)
    assert "from git" in first
    assert rows(page).count() == count
    warning = page.locator("li.sheet-warning", has_text="hero-test")
    assert "nothing is published while it is on" in warning.inner_text()
    page.wait_for_selector("#sheet-people:not(.sheet-stale) >> text=/counted/")
    assert re.search(r"\d+ of \d+", page.inner_text("tr[data-row='0'] .sheet-people"))

    cell(page, 0, "Variant")
    page.keyboard.type("camp")
    page.wait_for_selector("#sheet-state:has-text('not edited here')")
    assert page.locator(".sheet-field").count() == 0
    page.keyboard.press("Delete")
    assert page.locator(LABEL.format(0)).count() == 1
    cell(page, 0, "Note")
    page.keyboard.type("tried in spring")
    page.keyboard.press("Enter")
    cell(page, 0, "Variant")
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_selector(LABEL.format(1))
    page.click("#sheet-checks >> text=Switch row 2 off")
    warning.wait_for(state="detached")
    page.keyboard.press("Control+s")
    page.click("#sheet-publish button")
    page.wait_for_selector("text=is in force")
    assert page.faults == []


def test_one_that_is_on_is_not_published_and_the_row_is_named(demo, signed_in, tmp_path):
    held(demo, tmp_path, "on")
    page = opened(demo, signed_in)
    cell(page, 0, "Note")
    page.keyboard.type("still on")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    page.click("#sheet-publish button")
    page.wait_for_selector("text=experiments are not run yet")
    assert "/rows/0/then/experiment" in page.inner_text("body")
    assert page.faults == []
