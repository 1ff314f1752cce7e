"""A Wagtail site with pages, as the tests of the plugin need it."""

from typing import Any

from client_tests.ground import CMSCase
from home.models import HomePage
from wagtail.models import Locale, Page, Site


class SiteCase(CMSCase):
    """Each test has a root page and a site of its own."""

    kind = "home.HomePage"

    def found(self) -> None:
        """Make the site; a transactional test begins with nothing."""
        Locale.objects.get_or_create(language_code="en")
        Page.objects.all().delete()
        root = Page.add_root(title="Root", slug="root")
        self.home = root.add_child(instance=HomePage(title="Home", slug="home"))
        Site.objects.all().delete()
        Site.objects.create(hostname="testserver", root_page=self.home, is_default_site=True)
        Site.clear_site_root_paths_cache()

    def page(self, slug: str, *blocks: tuple[str, Any]) -> HomePage:
        """Publish a page of these blocks."""
        page = HomePage(title=slug.title(), slug=slug)
        for block in blocks:
            page.body.append(block)
        self.home.add_child(instance=page)
        page.save_revision().publish()
        return HomePage.objects.get(pk=page.pk)

    def publish(self, slug: str, slot: str = "", text: str = "For everybody") -> HomePage:
        """Publish a page with a text."""
        block = slotted(slot, f"<p>{text}</p>") if slot else ("text", f"<p>{text}</p>")
        return self.page(slug, block)

    def change(self, page: HomePage, text: str) -> None:
        """Publish a newer version."""
        page.body[0] = ("text", f"<p>{text}</p>")
        page.save_revision().publish()

    def unpublish(self, page: HomePage) -> None:
        """Take the page back."""
        page.unpublish()

    def delete(self, page: HomePage) -> None:
        """Delete the page."""
        Page.objects.get(pk=page.pk).delete()


def slotted(key: str = "home.hero", text: str = "<p>For everybody</p>") -> tuple[str, Any]:
    """Return a block with a slot and its fallback."""
    return ("slot", {"slot": key, "fallback": [("text", text)]})
