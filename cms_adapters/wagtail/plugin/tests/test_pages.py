"""A page with slots is a page like any other for databases and caches."""

from client_tests import ground
from client_tests.server import Server, serving
from django.db import connection as database
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from tests import site

TEASER = {"heading": "Tents", "text": "", "personalize_slot": "home.aside"}
QUOTE = {"content": "Go out", "personalize_slot": "home.quote"}


class Pages(site.SiteCase):
    """Every test asks for a page as a visitor does."""

    def queries(self, path: str) -> int:
        self.client.get(path)  # what Wagtail itself keeps after the first request
        with CaptureQueriesContext(database) as seen:
            self.client.get(path)
        return len(seen)

    def test_a_slot_costs_no_query_however_many_segments_there_are(self) -> None:
        self.page("plain", ("text", "<p>Plain</p>"))
        self.page("slots", site.slotted(), ("teaser", TEASER), ("quote", QUOTE))
        for segments in (0, 10, 50, 500):
            with (
                self.subTest(segments=segments),
                serving(Server(segments)) as server,
                override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)),
            ):
                assert self.queries("/slots/") == self.queries("/plain/")
                assert server.asked == []

    @override_settings(PERSONALIZATION=ground.settings())
    def test_a_page_stays_publicly_cacheable(self) -> None:
        self.page("slots", site.slotted())
        plain, response = self.client.get("/"), self.client.get("/slots/")
        assert not response.cookies
        assert not response.has_header("Vary")
        assert set(response.headers) == set(plain.headers)

    @override_settings(PERSONALIZATION=ground.settings())
    def test_the_fallback_stands_in_the_page_while_the_server_is_away(self) -> None:
        self.page("slots", site.slotted(), ("teaser", TEASER), ("quote", QUOTE))
        text = self.client.get("/slots/").content.decode()
        marked = '<div data-personalize-slot="home.hero" data-pz-pending><p>For everybody</p></div>'
        assert marked in text.replace("\n", "")
        assert '<div data-personalize-slot="home.aside" data-pz-pending>' in text
        assert "<h2>Tents</h2>" in text
        assert '<div data-personalize-slot="home.quote" data-pz-pending>' in text
        assert "Go out" in text
        assert f'src="{ground.AWAY}/sdk.js" data-personalize-key="pk_test"' in text

    @override_settings(PERSONALIZATION={})
    def test_without_a_server_nothing_is_loaded_or_hidden(self) -> None:
        self.page("slots", site.slotted())
        text = self.client.get("/slots/").content.decode()
        assert "For everybody" in text
        assert "sdk.js" not in text
        assert "pending.css" not in text

    @override_settings(PERSONALIZATION=ground.settings())
    def test_a_block_without_a_slot_is_the_block_it_was(self) -> None:
        self.page("teaser", ("teaser", {**TEASER, "personalize_slot": ""}))
        text = self.client.get("/teaser/").content.decode()
        assert '<section class="teaser"><h2>Tents</h2>' in text
        assert "data-personalize-slot" not in text

    @override_settings(PERSONALIZATION=ground.settings())
    def test_a_key_is_escaped_wherever_it_came_from(self) -> None:
        self.page("slots", site.slotted('"><script>alert(1)</script>'))
        assert "<script>alert" not in self.client.get("/slots/").content.decode()
