"""A site with pages, as the tests of the plugin need it."""

from typing import Any

from django.core.cache import cache
from django.test import TransactionTestCase
from home.models import HomePage
from personalization_client.connection import editors
from wagtail.models import Locale, Page, Site

TOKEN = "t" * 32
SECRET = "whsec_" + "QUJD" * 8
OTHER = "whsec_" + "REVG" * 8
AWAY = "http://127.0.0.1:9"


def settings(**more: Any) -> dict[str, Any]:
    """Return the plugin's settings, with a server that nobody listens at."""
    return {"SERVER": AWAY, "SECRET_KEY": "sk_test", "PUBLISHABLE_KEY": "pk_test", **more}


class SiteCase(TransactionTestCase):
    """Each test has a root page and a site of its own."""

    def setUp(self) -> None:
        """Make the site; a transactional test begins with nothing."""
        cache.clear()
        editors.forget()
        Page.objects.all().delete()
        Locale.objects.get_or_create(language_code="en")
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


def slot(key: str = "home.hero", text: str = "<p>For everybody</p>") -> tuple[str, Any]:
    """Return a block with a slot and its fallback."""
    return ("slot", {"slot": key, "fallback": [("text", text)]})
