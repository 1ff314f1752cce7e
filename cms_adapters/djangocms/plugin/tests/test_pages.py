"""A page with slots is a page like any other for databases and caches."""

from client_tests import ground
from client_tests.server import Server, serving
from django.core.cache import cache
from django.db import connection as database
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from tests import site

PAGE_CACHES = (True, False)


class Pages(site.SiteCase):
    """Every test asks for a page as a visitor does."""

    def queries(self, path: str) -> int:
        self.client.get(path)
        with CaptureQueriesContext(database) as seen:
            assert self.client.get(path).status_code == 200
        return len(seen)

    def test_a_slot_costs_no_query_however_many_segments_there_are(self) -> None:
        self.publish("plain")
        self.publish("slots", "home.hero")
        for segments in (0, 10, 50, 500):
            for cached in PAGE_CACHES:
                with (
                    self.subTest(segments=segments, page_cache=cached),
                    serving(Server(segments)) as server,
                    override_settings(
                        PERSONALIZATION=ground.settings(SERVER=server.url), CMS_PAGE_CACHE=cached
                    ),
                ):
                    cache.clear()
                    assert self.queries("/slots/") == self.queries("/plain/")
                    assert server.asked == []

    @override_settings(PERSONALIZATION=ground.settings())
    def test_a_page_stays_as_cacheable_as_it_was(self) -> None:
        self.publish("plain")
        self.publish("slots", "home.hero")
        plain, response = self.client.get("/plain/"), self.client.get("/slots/")
        kept = ("Vary", "Cache-Control")
        assert not response.cookies
        assert {name: response[name] for name in kept} == {name: plain[name] for name in kept}

    @override_settings(PERSONALIZATION=ground.settings())
    def test_the_fallback_stands_in_the_page_while_the_server_is_away(self) -> None:
        self.publish("slots", "home.hero")
        text = self.client.get("/slots/").content.decode()
        assert '<div data-personalize-slot="home.hero" data-pz-pending><p>For everybody</p>' in text
        assert f'src="{ground.AWAY}/sdk.js" data-personalize-key="pk_test"' in text

    @override_settings(PERSONALIZATION={})
    def test_without_a_server_nothing_is_loaded_or_hidden(self) -> None:
        self.publish("slots", "home.hero")
        text = self.client.get("/slots/").content.decode()
        assert "For everybody" in text
        assert "sdk.js" not in text
        assert "pending.css" not in text

    @override_settings(PERSONALIZATION=ground.settings())
    def test_a_visitor_cannot_preview(self) -> None:
        self.publish("slots", "home.hero")
        text = self.client.get("/slots/?personalize=vip").content.decode()
        assert "data-pz-pending" in text
        assert "data-pz-preview" not in text
