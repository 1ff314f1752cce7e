"""Every page of the desk, in every light, width, language and state, keeps its promises."""

from __future__ import annotations

import re

import pytest

from cms_adapters.registry import adapters
from personalization.api.desk import urls
from tests import pseudo
from tests.browser import walking

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (320, 1280)
NEWCOMER = """
from django.contrib.auth import get_user_model
from personalization.sites import founding
from personalization.sites.models import Role, Site
site = Site.objects.create(slug="0", name="0")
founding.complete(site)
user = get_user_model().objects.create(username="0", is_staff=True)
user.set_password("a long password")
user.save()
Role.objects.create(site=site, user=user, name="owner")
"""
LONG = """
from personalization.decisions import drafts
from personalization.decisions.models import Matrix
matrix = Matrix.objects.get(slot__key="home.aside", slot__site__slug="lantern")
document = matrix.revisions.first().document
row = {"then": document["rows"][0]["then"], "enabled": True}
place = {"attribute": "traits.city", "operator": "equals"}
numbers = range(1000)
document["rows"] = [{"id": f"r{n}", "when": {**place, "value": f"c{n}"}, **row} for n in numbers]
print(matrix.pk, drafts.draft(matrix, document, "demo").pk)
"""
WRONG = (
    "/admin/desk/explain/?site=lantern&slot=home.hero&test={",
    "/admin/desk/timeline/?site=lantern&profile=nobody",
    "/admin/desk/segments/999999/",
    "/admin/segments/segment/?q=%27%3B--",
    "/admin/nowhere/",
)
SCRIPTS = {"find", "sheet-people", "replay-progress"}
"""Addresses that answer scripts with JSON."""
UNLINKED = {"features", "sheet-files"}
"""Pages that stand behind a page of one's own data: their tests open them."""
OURS_PLAIN = {
    "Personalization": "the product's name",
    "True": "Django's own alternative text of its icons",
    "False": "likewise",
    "Deutsch": "a language's own name",
    "English": "likewise",
    "CSV": "the name of a format",
    "JSON": "likewise",
    "DMN": "likewise",
    "Excel": "the name of a program",
    "URL": "likewise in Django's own words",
    **dict.fromkeys(
        re.findall(r"\w+", " ".join(one.label for one in adapters.values())), "a product"
    ),
    "UTC": "the name of a zone",
    "Ctrl": "what stands on the key",
    "Esc": "likewise",
}
"""Words that stay as they are in any language, and why."""
CODE = "code, pre, textarea, kbd, script, style, template, option, datalist, [lang]:not(html)"
PLAIN = (
    """() => {
  const found = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const near = words.currentNode.parentElement;
    if (!near.closest("CODE")) found.push(words.currentNode.textContent.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [alt]")) {
    if (one.closest("CODE")) continue;
    for (const name of ["aria-label", "title", "alt"]) found.push(one.getAttribute(name) ?? "");
  }
  return [...new Set(found.filter((text) => /[A-Za-z]{3,}/.test(text)))];
}"""
).replace("CODE", CODE)


@pytest.fixture(scope="module", autouse=True)
def language(tmp_path_factory):
    """Let the demo offer the language nobody speaks."""
    folder = tmp_path_factory.mktemp("locale")
    folder.chmod(0o755)
    pseudo.write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCALE_FOLDER", str(folder))
        yield


@pytest.fixture
def walk(demo, signed_in):
    """Return a function that begins a walk as somebody, in a language."""
    if not walking.AXE.is_file():
        pytest.skip("needs axe-core (npm install in tests/clients)")

    def begun(locale, *who):
        size = {"width": 1280, "height": 900}
        page = signed_in(demo, "/admin/", *who, locale=locale, viewport=size)
        page.wait_for_selector("#palette-open")
        return walking.Walk(page, demo.told()["url"])

    return begun


def test_every_page_is_accessible_in_every_light_and_width_and_asks_nobody_else(walk):
    walk = walk("en-GB")
    for path in walk.pages():
        walk.shown(path)
        walk.ended(path)
    assert walk.faults == []
    kinds = {name for name, *_ in walk.visited}
    pages = {f"desk:{one.name}" for one in urls.urlpatterns if one.name not in SCRIPTS | UNLINKED}
    missed = {name for name in pages - kinds if walk.is_page(name)}
    assert missed == set(), "no link leads there"
    assert len(walk.visited) > 100


def test_every_page_fits_and_complains_of_nothing_in_german(walk):
    walk = walk("de-DE")
    for path in walk.pages():
        assert walk.page.get_attribute("html", "lang") == "de"
        for width in WIDTHS:
            walk.measure(path, width)
        walk.ended(path)
    assert walk.faults == []


def test_every_page_fits_when_every_word_is_longer(walk):
    walk = walk("en-XA")
    for path in walk.pages():
        for width in WIDTHS:
            walk.measure(path, width)
        walk.ended(path)
    assert walk.faults == []


def test_a_site_without_anything_shows_no_word_that_cannot_be_translated(walk, demo):
    demo.manage("shell", "-c", NEWCOMER)
    walk = walk("en-XA", "0", "a long password")
    for path in walk.pages():
        walk.look(path)
        walk.faults += [(path, "plain", text) for text in walk.page.evaluate(PLAIN) if plain(text)]
        walk.ended(path)
    assert walk.faults == []
    assert pseudo.said("Audience") in walk.menu()


def test_a_thousand_rows_and_what_is_wrong_are_shown_as_well_as_anything(walk, demo):
    matrix, revision = demo.manage("shell", "-c", LONG).split()[-2:]
    walk = walk("en-GB")
    for path in (f"/admin/desk/matrices/{matrix}/", f"/admin/desk/revisions/matrix/{revision}/"):
        walk.open(path)
        walk.look(path, walking.BUT_CONTRAST)
        for width in WIDTHS:
            walk.measure(path, width)
        walk.ended(path)
    for path in WRONG:
        walk.open(path, 500)
        walk.page.faults.clear()  # the browser itself says that a page was not found
        walk.shown(path)
        walk.ended(path)
    walk.open("/admin/segments/segment/add/")
    walk.page.click("[name=_save]")
    walk.page.wait_for_selector(".errornote")
    walk.shown("a form with faults")
    assert walk.faults == []


def plain(text):
    """Return the words of a text that are not in the language nobody speaks."""
    return [word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in OURS_PLAIN]
