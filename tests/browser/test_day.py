"""An editor's day, by keyboard alone and by mouse: from a segment to a shop that changes."""

import json
import re

import pytest

from rules import appointments
from rules.notations import text
from rules.scopes import Scope
from tests.browser.hands import Keyboard, Mouse, Shop
from tests.browser.pages import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BERLIN = "Europe/Berlin"
ANN, BOB = "ann", "bob"
SECRET = "a long password"
PEOPLE = f"""
from django.contrib.auth import get_user_model
from personalization.sites.models import Role, Site
from personalization.sites.reviews import ReviewTerms
site = Site.objects.get(slug="lantern")
ReviewTerms.objects.update_or_create(site=site, defaults={{"approvals": 1}})
for name, roles in {{"{ANN}": ["editor", "publisher"], "{BOB}": ["reviewer"]}}.items():
    user, _ = get_user_model().objects.get_or_create(username=name, is_staff=True)
    user.set_password("{SECRET}")
    user.save()
    for role in roles:
        Role.objects.get_or_create(site=site, user=user, name=role)
"""
ASKED = """
import json
from personalization.sites.models import Publication
from personalization.sites.reviews import Schedule
rows = Schedule.objects.filter(review__kind="matrix", review__revision_id={revision})
done = Publication.objects.filter(kind="matrix", revision_id={revision})
print(json.dumps([list(rows.order_by("pk").values_list("at", "zone", "state")),
                  list(done.values_list("way", "state"))]))
"""
CART = (
    "viewed a product at least 3 times within 24 hours and added a product to the cart"
    " and not placed an order within 24 hours"
)
KEPT = """() => Object.entries(localStorage)
  .filter(([name]) => name.startsWith(`sheet:${location.pathname}#`))
  .map(([, text]) => JSON.parse(text).sheet.rows[0].note)"""
THINKING = "Still thinking about these?"


HANDS = {"keyboard": Keyboard, "mouse": Mouse}
CHANGES = {
    "keyboard": ("2027-03-27", "2027-03-28", "vip", "First look: the winter line"),
    "mouse": ("2027-10-30", "2027-10-31", "hello-boots", "check out these new hiking boots"),
}
"""The days before and after the clocks change in Berlin; what is shown, and its words."""


class Day:
    """Two people at their desks, and a visitor in the shop."""

    def __init__(self, demo, signed_in, name):
        self.demo, self.name = demo, name
        self.before, self.after, self.variant, self.words = CHANGES[name]
        demo.manage("shell", "-c", PEOPLE)
        self.ann = signed_in(demo, "/admin/desk/changes/", ANN, SECRET,
                             permissions=["clipboard-read", "clipboard-write"])  # fmt: skip
        self.bob = signed_in(demo, "/admin/desk/changes/", BOB, SECRET)
        self.hands, self.others = HANDS[name](self.ann), HANDS[name](self.bob)
        self.slug = f"left-cart-{name}"

    def clock_to(self, wall):
        """Move the installation's clock forward to a wall time in Berlin."""
        now = appointments.instant(self.demo.manage("clock")[:19], "UTC")
        ahead = (appointments.instant(wall, BERLIN) - now) // 1_000_000
        assert ahead > 0
        self.demo.manage("clock", "--forward", f"{ahead}s")

    def follow(self, hands, selector):
        with hands.page.expect_navigation():
            hands.press(selector)

    def segment(self):
        """Build the cart abandoners in words, see them and their number, and save."""
        page, hands = self.ann, self.hands
        page.goto("/admin/segments/segment/add/")
        page.select_option("#id_site", label="Lantern")
        hands.write("#id_name", self.slug)
        hands.write("#id_slug", self.slug)
        self.follow(hands, "[name=_save]")
        page.wait_for_selector("[data-at='/all#add-event'], [data-at='#remove']")
        for number, event in enumerate(("Product Viewed", "Product Added", "Order Completed")):
            hands.press("[data-at='/all#add-event']")
            self.at(f"/all/{number}/event")
            page.keyboard.type(event)
        self.choose("/all/0/measure", "number of")
        hands.write("[data-at='/all/0/value']", "3")
        self.choose("/all/0/#span", "within")
        self.choose("/all/2/#span", "within")
        hands.press("[data-at='/all/2#negate']")
        page.wait_for_function(
            "() => document.querySelector('#seg-text').value.includes('not placed')"
        )
        said = page.input_value("#seg-text")
        assert text.read(said, scope=Scope.SEGMENT) == text.read(CART, scope=Scope.SEGMENT)
        assert self.counted() == self.listed()
        hands.save()
        page.wait_for_selector("#seg-state:has-text('Saved as draft')")
        page.reload()

    def at(self, place):
        self.ann.wait_for_function("at => document.activeElement?.dataset?.at === at", arg=place)

    def choose(self, place, words):
        self.hands.choose(f"[data-at='{place}']", words)

    def counted(self):
        page = self.ann
        page.wait_for_function("() => !document.querySelector('#seg-faults').textContent")
        page.wait_for_selector("#seg-method")
        return int(page.inner_text("#seg-number").replace(",", ""))

    def listed(self):
        """Leaf through the list behind the number; return how many people stand in it."""
        page, found = self.ann, 0
        self.hands.press("[data-which=in]")
        while True:
            page.wait_for_selector("#seg-list-title")
            found += page.locator(".seg-ids li").count()
            number, pages = map(int, re.findall(r"\d+", page.inner_text("#seg-list span")))
            if number == pages:
                return found
            self.hands.press("#seg-list button:has-text('Further')")
            page.wait_for_selector(f"#seg-list >> text=Page {number + 1} of")

    def review(self):
        """Ask for a review; the other one finds it, looks, says something, approves."""
        self.follow(self.hands, "button:has-text('Submit for review')")
        assert state(self.ann) == "In review"
        assert self.ann.locator("button:has-text('Approve')").count() == 0
        bob = self.others
        bob.page.goto("/admin/desk/changes/")
        self.follow(bob, "section:has(#mine-title) table a")
        assert bob.page.locator("button:has-text('Publish now')").count() == 0
        bob.write("#comments textarea", f"Fine by me, {self.name}.")
        self.follow(bob, "#comments button")
        self.follow(bob, "button:has-text('Approve')")
        assert state(bob.page) == "Approved"
        self.ann.reload()
        assert state(self.ann) == "Approved"

    def publish_segment(self):
        self.follow(self.hands, "a:has-text('What changed, comments')")
        address = self.ann.url
        self.review()
        self.follow(self.hands, "button:has-text('Publish now')")

        def live():
            self.ann.goto(address)
            return state(self.ann) == "Live"

        until(self.ann, live, 60)

    def matrix(self):
        """Put the segment on top, repair what the checker finds, paste a spreadsheet's rows."""
        page, hands = self.ann, self.hands
        page.goto("/admin/decisions/matrix/")
        self.follow(hands, "#result_list a:has-text('home.hero')")
        self.follow(hands, "a:has-text('Edit as a table')")
        page.wait_for_selector(".sheet-cell")
        count = rows(page).count()
        self.repaired()
        self.pasted(count + 2)
        hands.save()
        page.wait_for_selector("#sheet-state:has-text('Saved as draft')")
        page.wait_for_selector("#sheet-people >> text=/, counted/")
        page.reload()
        self.follow(hands, "a:has-text('What changed, comments')")

    def repaired(self):
        """Put the segment on top and a row below it that is never reached; take the repair."""
        page, hands = self.ann, self.hands
        hands.below(0)
        hands.fill(1, "Segments", self.slug)
        hands.fill(1, "Variant", self.variant)
        hands.up(1)
        hands.below(0)
        hands.fill(1, "Segments", self.slug)
        hands.fill(1, "scores.purchase_likelihood", "> 2")
        hands.fill(1, "Variant", "camp")
        wrong = page.locator("#sheet-checks", has_text=re.compile("[Rr]ow 2 is never reached"))
        wrong.wait_for()
        hands.press("#sheet-checks .sheet-repair:has-text('Move row 2 above row 1')")
        wrong.wait_for(state="detached")
        assert "> 2" in text_of(page, 0)

    def pasted(self, count):
        """Paste ten rows below the last one, as a spreadsheet gives them."""
        page, hands = self.ann, self.hands
        lines = "".join(f"> 0.{9 - i}\tcamp\r\n" for i in range(10))
        page.evaluate("text => navigator.clipboard.writeText(text)", lines)
        hands.below(count - 1)
        hands.cell(count, "scores.purchase_likelihood")
        page.keyboard.press("Control+v")
        until(page, lambda: rows(page).count() == count + 10)

    def appoint(self, day):
        """Ask for 09:00 in Berlin on a day."""
        if not self.ann.locator("[name=at]").is_visible():
            self.hands.press("summary:has-text('Publish at a time')")
        self.hands.moment("[name=at]", f"{day}T09:00")
        self.hands.write("[name=zone]", BERLIN)
        self.follow(self.hands, "form:has([name=at]) button")

    def appointed(self):
        """Appoint the day before the clocks change, then the day after it: an hour's difference."""
        self.appoint(self.before)
        self.appoint(self.after)
        assert state(self.ann) == "Scheduled"
        said = self.ann.inner_text(".desk-standing")
        assert f"{self.after} 09:00 (Europe/Berlin, UTC+0" in said
        walls = [f"{one}T09:00" for one in (self.before, self.after)]
        first, second = (appointments.instant(wall, BERLIN) for wall in walls)
        assert abs(second - first - 86_400_000_000) == 3_600_000_000
        return [[first, BERLIN, "replaced"], [second, BERLIN, "waiting"]]

    def asked(self):
        """Return the appointments of the revision on the page, and its publications."""
        revision = re.search(r"/matrix/(\d+)/", self.ann.url).group(1)
        told = self.demo.manage("shell", "-v0", "-c", ASKED.format(revision=revision))
        return json.loads(told.strip().splitlines()[-1])


def state(page):
    return page.inner_text("#standing-title .desk-tag")


def rows(page):
    return page.locator(".sheet-grid tbody tr")


def text_of(page, row):
    return rows(page).nth(row).inner_text()


@pytest.mark.parametrize("name", HANDS)
def test_an_editor_s_day(demo, signed_in, chromium, name):
    day = Day(demo, signed_in, name)
    day.clock_to(f"{day.before}T07:00")
    day.segment()
    day.publish_segment()
    day.matrix()
    day.review()
    waits = day.appointed()
    assert day.asked() == [waits, []]
    day.clock_to(f"{day.after}T08:40")
    shop = Shop(chromium, demo.told())
    shop.shows(THINKING)
    assert day.asked() == [waits, []]
    day.clock_to(f"{day.after}T09:00")
    shop.shows(day.words)
    waits[1][2] = "fired"
    assert day.asked() == [waits, [["schedule", "live"]]]
    day.ann.reload()
    assert state(day.ann) == "Live"
    day.follow(day.hands, ".desk-undo button")
    shop.shows(THINKING)
    assert shop.page.evaluate("window.stayed")
    assert day.ann.faults == day.bob.faults == []
    shop.context.close()


def noted(page, text):
    """Write a note into the first row of the hero's matrix, and save."""
    hands = Keyboard(page)
    hands.fill(0, "Note", text)
    hands.save()


def test_what_is_written_while_one_is_signed_out_is_told_and_kept(demo, signed_in):
    demo.manage("shell", "-c", PEOPLE)
    ann = signed_in(demo, "/admin/decisions/matrix/", ANN, SECRET)
    ann.click("#result_list a:has-text('home.hero')")
    ann.click("a:has-text('Edit as a table')")
    ann.wait_for_selector(".sheet-cell")
    ann.context.clear_cookies(name="sessionid")
    noted(ann, "kept meanwhile")
    ann.wait_for_selector("#sheet-state:has-text('You are signed out')")
    assert ann.evaluate(KEPT) == ["kept meanwhile"]
