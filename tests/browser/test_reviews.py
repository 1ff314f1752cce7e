"""Two people review a change with the keyboard alone: submit, comment, approve, publish, undo."""

from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).resolve().parents[1] / "clients/node_modules/axe-core/axe.min.js"
ASK = (
    "axe.run(document).then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)
PEOPLE = """
from django.contrib.auth import get_user_model
from personalization.sites.models import Role, Site
from personalization.sites.reviews import ReviewTerms
site = Site.objects.get(slug="lantern")
ReviewTerms.objects.update_or_create(site=site, defaults={"approvals": 1})
for name, roles in {"ann": ["editor", "publisher"], "bob": ["reviewer"]}.items():
    user, _ = get_user_model().objects.get_or_create(username=name, is_staff=True)
    user.set_password("a long password")
    user.save()
    for role in roles:
        Role.objects.get_or_create(site=site, user=user, name=role)
"""


@pytest.fixture
def desk(demo, signed_in):
    """Return a function that signs somebody in, in a session of their own."""
    demo.manage("shell", "-c", PEOPLE)

    def opened(name, **options):
        page = signed_in(demo, "/admin/desk/changes/", name, "a long password", **options)
        page.wait_for_selector("#mine-title")
        return page

    return opened


def press(page, selector):
    """Put the focus on a control, press Enter as one does without a mouse, wait for the page."""
    page.focus(selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def drafted(page):
    """Double the first row of the hero's matrix, save it as a draft, and open what changed."""
    page.goto("/admin/decisions/matrix/")
    press(page, "#result_list a:has-text('home.hero')")
    press(page, "text=Edit as a table")
    page.wait_for_selector(".sheet-cell")
    page.focus('.sheet-cell[tabindex="0"]')
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+d")
    page.keyboard.press("Control+s")
    page.wait_for_selector("#sheet-state:has-text('Saved')")
    page.reload()
    press(page, "text=What changed, comments")


def state(page):
    return page.inner_text("#standing-title .desk-tag")


def test_two_people_review_publish_and_undo_with_the_keyboard(desk):
    ann, bob = desk("ann"), desk("bob")
    drafted(ann)
    assert state(ann) == "Draft"
    assert "Row 2 is new" in ann.inner_text(".desk-diff")
    press(ann, "button:has-text('Submit for review')")
    assert state(ann) == "In review"
    assert ann.locator("button:has-text('Approve')").count() == 0

    bob.reload()
    press(bob, "section:has(#mine-title) a:has-text('home.hero')")
    assert bob.locator("button:has-text('Publish now')").count() == 0
    bob.focus("#comments textarea")
    bob.keyboard.type("Why twice?")
    press(bob, "#comments button")
    assert "Why twice?" in bob.inner_text("#comments")
    press(bob, "button:has-text('Approve')")
    assert state(bob) == "Approved"

    ann.reload()
    assert "bob" in ann.inner_text(".desk-standing")
    press(ann, "button:has-text('Publish now')")
    assert "is in force" in ann.inner_text(".messagelist")
    assert state(ann) == "Live"
    undo = ann.locator(".desk-undo")
    undo.wait_for()
    press(ann, ".desk-undo button")
    assert state(ann) == "Retired"
    press(ann, ".desk-actions a:has-text('History')")
    said = ann.inner_text("#content")
    assert "Row 2 is new" in said
    assert ann.faults == []
    assert bob.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_a_review(desk, scheme):
    if not AXE.is_file():
        pytest.skip("needs axe-core (npm install in tests/clients)")
    found = []
    for width in (320, 1440):
        page = desk("ann", color_scheme=scheme, viewport={"width": width, "height": 900})
        drafted(page)
        history = page.get_attribute(".desk-actions a:has-text('History')", "href")
        paths = ["/admin/desk/changes/", page.url, history]
        for path in paths:
            page.goto(path)
            page.evaluate(AXE.read_text())
            found += [(scheme, width, path, *one) for one in page.evaluate(ASK)]
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, (path, width)
    assert found == []
