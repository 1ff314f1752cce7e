"""The hands of an editor, with a keyboard alone or a mouse, and a visitor with the shop open."""

SOON = 60_000


class Keyboard:
    """Does everything by keys: what Tab does not reach cannot be done."""

    def __init__(self, page):
        self.page = page

    def reach(self, selector):
        wanted = self.page.locator(selector).first
        wanted.wait_for()
        for _ in range(300):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached with Tab")

    def press(self, selector):
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def tick(self, selector):
        self.reach(selector)
        self.page.keyboard.press("Space")

    def choose(self, selector, words):
        self.reach(selector)
        self.page.keyboard.type(words)
        self.page.wait_for_function("at => document.activeElement?.matches(at)", arg=selector)

    def write(self, selector, text):
        self.reach(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def moment(self, selector, wall):
        """Write a date and time as one does: month, day, year, and on to the hours."""
        day, _, time = wall.partition("T")
        year, month, date = day.split("-")
        hour = int(time[:2])
        self.reach(selector)
        self.page.keyboard.type(f"{month}{date}{year}")
        self.page.keyboard.press("ArrowRight")
        self.page.keyboard.type(f"{hour % 12 or 12:02}{time[3:5]}{'AM' if hour < 12 else 'PM'}")

    def save(self):
        self.page.keyboard.press("Control+s")

    def cell(self, row, heading):
        self.reach(".sheet-cell[tabindex='0']")
        self.page.keyboard.press("Control+Home")
        for _ in range(row):
            self.page.keyboard.press("ArrowDown")
        for _ in range(headings(self.page).index(heading)):
            self.page.keyboard.press("ArrowRight")

    def fill(self, row, heading, text):
        self.cell(row, heading)
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def below(self, row):
        self.cell(row, headings(self.page)[0])
        self.page.keyboard.press("Control+Enter")

    def up(self, row):
        self.cell(row, headings(self.page)[0])
        self.page.keyboard.press("Alt+ArrowUp")


class Mouse:
    """Does everything by pointing: words alone are typed."""

    def __init__(self, page):
        self.page = page

    def press(self, selector):
        self.page.locator(selector).first.click()

    tick = press

    def choose(self, selector, words):
        option = self.page.locator(f"{selector} option", has_text=words).first
        self.page.select_option(selector, option.get_attribute("value"))

    def write(self, selector, text):
        self.page.locator(selector).first.click(click_count=3)
        self.page.keyboard.type(text)

    def moment(self, selector, wall):
        self.page.fill(selector, wall)

    def save(self):
        self.page.click("[data-do=save]")

    def cell(self, row, heading):
        self.at(row, heading).click()

    def at(self, row, heading):
        column = headings(self.page).index(heading)
        return self.page.locator(f"tbody tr[data-row='{row}'] [data-column='{column}']")

    def fill(self, row, heading, text):
        self.at(row, heading).dblclick()
        self.page.keyboard.type(text)
        self.page.click("#sheet-checks-title")

    def below(self, row):
        self.cell(row, headings(self.page)[0])
        self.page.click("[data-do=add]")

    def up(self, row):
        self.page.click(f"tbody tr[data-row='{row}'] [data-verb=up]")


def headings(page):
    found = page.locator(".sheet-grid thead tr:last-child th").all_inner_texts()
    return [name for name in found if name not in {"#", "People"}]


class Shop:
    """A visitor with the shop open, who leaves a boot in the cart."""

    def __init__(self, chromium, told):
        self.context = chromium.new_context()
        self.page = self.context.new_page()
        for _ in range(3):
            self.page.goto(f"{told['shop_url']}product/ridge-boot/")
            self.page.locator("[data-pz-variant]").first.wait_for()
        self.page.goto(told["shop_url"])
        self.page.evaluate("window.stayed = true")
        self.page.get_by_role("button", name="Add Ridge hiking boot to the cart").click()

    def shows(self, words):
        slot = "[data-personalize-slot='home.hero']"
        self.page.locator(slot, has_text=words).wait_for(timeout=SOON)
