"""An editor builds the cart abandoners, by keyboard alone and by mouse, sees them, and saves."""

import re
from pathlib import Path

import pytest

from rules.notations import text
from rules.scopes import Scope

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).resolve().parents[1] / "clients/node_modules/axe-core/axe.min.js"
ASK = (
    "axe.run(document).then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)
CART = (
    "viewed a product at least 3 times within 24 hours and added a product to the cart"
    " and not placed an order within 24 hours"
)


@pytest.fixture
def editor(demo, signed_in):
    """Return a function that signs somebody in and opens a new segment's page."""

    def opened(slug, **options):
        page = signed_in(demo, "/admin/segments/segment/", **options)
        page.wait_for_selector("#result_list")
        if page.locator(f"#result_list >> text='{slug.title()}'").count():
            page.click(f"#result_list a:has-text('{slug.title()}')")
        else:
            page.goto("/admin/segments/segment/add/")
            page.select_option("#id_site", label="Lantern")
            page.fill("#id_name", slug.title())
            page.fill("#id_slug", slug)
            page.click("[name=_save]")
            page.wait_for_selector(".seg-unit, [data-at='#add-event']")
            return page
        page.click("text=Build as a sentence")
        page.wait_for_selector(".seg-unit")
        return page

    return opened


def same(page):
    """Wait until all three forms say the cart abandoners."""
    wanted = text.read(CART, scope=Scope.SEGMENT)
    page.wait_for_function(
        "() => document.querySelector('#seg-text').value.includes('not placed an order')"
    )
    said = page.input_value("#seg-text")
    assert text.read(said, scope=Scope.SEGMENT) == wanted
    assert '"operator": "at_least"' in page.input_value("#seg-json")


def counted(page):
    """Wait for the count of the condition as it is, and return it."""
    page.wait_for_function("() => !document.querySelector('#seg-faults').textContent")
    page.wait_for_selector("#seg-number")
    page.wait_for_selector("#seg-method")
    return int(page.inner_text("#seg-number").replace(",", ""))


def listed(page):
    """Leaf through the list behind the number; return how many people stand in it."""
    page.click("[data-which=in]")
    found = 0
    while True:
        page.wait_for_selector("#seg-list-title")
        found += page.locator(".seg-ids li").count()
        number, pages = map(int, re.findall(r"\d+", page.inner_text("#seg-list span")))
        if number == pages:
            return found
        page.click("#seg-list >> text=Further")
        page.wait_for_selector(f"#seg-list >> text=Page {number + 1} of")


def saved(page):
    page.keyboard.press("Control+s")
    page.wait_for_selector("#seg-state:has-text('Saved as draft')")
    page.wait_for_selector("#seg-publish button")


def at(page, place):
    """Wait until the cursor stands at a place of the sentence."""
    page.wait_for_function("at => document.activeElement?.dataset?.at === at", arg=place)


def tab_to(page, place):
    """Go on with Tab until the cursor stands at a place, as one does without a mouse."""
    for _ in range(200):
        if page.evaluate("() => document.activeElement?.dataset?.at ?? ''") == place:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{place} cannot be reached with Tab")


def added(page, number, name):
    """Add an event by keyboard, wherever the cursor stands before the button."""
    tab_to(page, "/all#add-event")
    page.keyboard.press("Enter")
    at(page, f"/all/{number}/event")
    page.keyboard.type(name)


def chosen(page, place, word):
    """Go to a list and choose by typing what the choice begins with; the cursor stays there."""
    tab_to(page, place)
    page.keyboard.type(word)
    at(page, place)


def test_the_cart_abandoners_are_built_by_keyboard_alone(editor):
    page = editor("by-keyboard")
    page.focus("#seg-note")
    tab_to(page, "#remove")
    page.keyboard.press("Enter")
    added(page, 0, "Product Viewed")
    chosen(page, "/all/0/measure", "number of")
    tab_to(page, "/all/0/value")
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    chosen(page, "/all/0/#span", "within")
    added(page, 1, "Product Added")
    added(page, 2, "Order Completed")
    chosen(page, "/all/2/#span", "within")
    page.keyboard.press("Alt+n")
    at(page, "/all/2#negate")
    same(page)
    page.keyboard.press("Alt+ArrowUp")
    at(page, "/all/1#up")
    page.keyboard.press("Control+z")
    same(page)
    assert counted(page) == listed(page)
    saved(page)
    assert page.faults == []


def test_the_cart_abandoners_are_built_by_mouse_and_their_reasons_seen(editor):
    page = editor("by-mouse")
    page.click("[data-at='#remove']")
    for name in ("Product Viewed", "Product Added", "Order Completed"):
        page.click("[data-at='/all#add-event']")
        page.wait_for_function("() => document.activeElement?.dataset?.at?.endsWith('/event')")
        page.keyboard.type(name)
    page.select_option("[data-at='/all/0/measure']", "count")
    page.select_option("[data-at='/all/0/operator']", "at_least")
    page.fill("[data-at='/all/0/value']", "3")
    page.select_option("[data-at='/all/0/#span']", "within")
    page.select_option("[data-at='/all/2/#span']", "within")
    page.click("[data-at='/all/2#negate']")
    same(page)
    number = counted(page)
    assert number == listed(page)
    page.wait_for_selector("#seg-sample h3")
    page.wait_for_selector("#seg-thresholds table")
    page.wait_for_selector("#seg-overlap p")
    assert "3: " in page.inner_text("#seg-thresholds strong")
    assert page.locator("#seg-sample .seg-truth-false, #seg-sample .seg-truth-true").count()
    page.click("[data-do=replay]")
    page.wait_for_selector("#seg-steady table")
    page.fill("#seg-text", "everyone and")
    page.wait_for_selector("#seg-text-fault:has-text('Line 1, column 13')")
    page.fill("#seg-text", CART)
    page.wait_for_function("() => !document.querySelector('#seg-text-fault').textContent")
    saved(page)
    page.reload()
    page.wait_for_selector(".seg-unit")
    same(page)
    assert page.faults == []


def test_what_two_editors_changed_is_asked_and_what_was_not_saved_comes_back(editor):
    one, other = editor("by-two"), editor("by-two")
    for page, said in ((one, 'in segment "one"'), (other, 'in segment "other"')):
        page.fill("#seg-text", said)
        page.wait_for_function(
            "said => document.querySelector('#seg-json').value.includes(said)",
            arg=said.split('"')[1],
        )
    saved(one)
    other.keyboard.press("Control+s")
    other.wait_for_selector("[role=alertdialog]")
    assert '"one"' in other.inner_text("[role=alertdialog]")
    other.click("text=Take theirs")
    other.click("[role=alertdialog] button")
    other.wait_for_selector("#seg-state:has-text('Saved as draft')")
    assert '"one"' in other.input_value("#seg-json")
    other.fill("#seg-text", 'in segment "kept"')
    other.wait_for_function("() => document.querySelector('#seg-json').value.includes('kept')")
    other.on("dialog", lambda dialog: dialog.accept())
    other.reload()
    other.click("text=Bring them back")
    other.wait_for_function("() => document.querySelector('#seg-json').value.includes('kept')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_axe_finds_nothing_and_nothing_is_cut_off(editor, scheme, width):
    if not AXE.is_file():
        pytest.skip("needs axe-core (npm install in tests/clients)")
    size = {"width": width, "height": 900}
    page = editor("by-axe", color_scheme=scheme, viewport=size)
    source, found = AXE.read_text(), []
    page.wait_for_selector("#seg-overlap p")
    for said in ('{"all": []}', '{"all": [{"attribute": "traits.x", "operator": "is"}]}', '{"event": "A"}'):  # fmt: skip  # noqa: E501
        page.fill("#seg-json", said)
        page.wait_for_function(
            "said => document.querySelector('#seg-json').value === said && document.querySelector('#seg-state').textContent",  # noqa: E501
            arg=said,
        )
        page.evaluate(source)
        found += [(said, *one) for one in page.evaluate(ASK)]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_page_that_was_away_says_what_was_saved_meanwhile_and_back_reads_it_anew(editor):
    one, two = editor("by-two"), editor("by-two")
    two.fill("#seg-text", 'in segment "meanwhile"')
    two.wait_for_selector("#seg-state:has-text('kept at')")
    saved(two)
    one.evaluate("() => dispatchEvent(new Event('focus'))")
    one.wait_for_selector("#seg-state:has-text('saved meanwhile')")
    with one.expect_navigation():
        one.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    one.wait_for_function("() => document.querySelector('#seg-json').value.includes('meanwhile')")
    assert one.faults == two.faults == []
