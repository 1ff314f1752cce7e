"""What Wagtail's editors get: previews, choosers that lose nothing, purged pages, kept secrets."""

from typing import Any

from client_tests import ground
from client_tests.server import Server, serving
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import override_settings
from home.models import HomePage, Notice, Teaser
from personalization_client import connection
from personalization_client.contents import shelf
from personalization_client.ledger import Name
from personalization_client.models import Entry
from personalization_wagtail.choosers import SlotChooserBlock
from personalization_wagtail.models import PersonalizationSettings, Placement
from wagtail.contrib.frontend_cache.backends.base import BaseBackend
from wagtail.models import PageViewRestriction, Site

from tests import site


class Remembering(BaseBackend):
    """A cache in front that remembers what it was to throw away."""

    seen: list[str] = []

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)

    def purge(self, url: str) -> None:
        self.seen.append(url)


FRONT = {"default": {"BACKEND": "tests.test_editors.Remembering"}}
SHOWN = {
    "vip": {"variant": "gold", "content": {"type": "html", "html": "<p>Gold</p>"}},
    "": {"variant": "plain", "content": {"type": "html", "html": "<p>Plain</p>"}},
}


class Previews(site.SiteCase):
    """A page as somebody else sees it."""

    def previewed(self, page: HomePage, mode: str) -> str:
        return page.make_preview_request(preview_mode=mode).content.decode()

    def test_there_is_a_mode_for_each_segment_and_one_for_none(self) -> None:
        with serving(Server()) as server:
            server.segments = ["new", "vip"]
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                modes = [name for name, _ in HomePage().preview_modes]
        assert modes == ["", "segment:", "segment:new", "segment:vip"]

    @override_settings(PERSONALIZATION=ground.settings())
    def test_with_the_server_away_wagtail_s_own_mode_is_left(self) -> None:
        assert [name for name, _ in HomePage().preview_modes] == [""]

    def test_a_preview_shows_the_variant_of_that_segment_and_tracks_nothing(self) -> None:
        page = self.page("slots", site.slotted())
        with serving(Server()) as server:
            server.decision = SHOWN
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                gold = self.previewed(page, "segment:vip")
                plain = self.previewed(page, "segment:")
                written = self.previewed(page, "")
        assert "<p>Gold</p>" in gold
        assert "as segment: vip" in gold
        assert "<p>Plain</p>" in plain
        assert "For everybody" in written
        for text in (gold, plain, written):
            assert "sdk.js" not in text
            assert "data-personalize-slot" not in text

    @override_settings(PERSONALIZATION=ground.settings())
    def test_a_preview_with_the_server_away_shows_the_fallback_and_says_why(self) -> None:
        text = self.previewed(self.page("slots", site.slotted()), "segment:vip")
        assert "For everybody" in text
        assert "the server does not answer" in text


class Choosers(site.SiteCase):
    """The field for a slot."""

    def html(self) -> str:
        return SlotChooserBlock().field.widget.render("slot", "home.hero", {"id": "slot"})

    @override_settings(PERSONALIZATION=ground.settings())
    def test_with_the_server_away_what_was_chosen_stays_and_the_editor_is_told(self) -> None:
        text = self.html()
        assert 'value="home.hero"' in text
        assert 'data-personalize-state="away"' in text
        assert SlotChooserBlock().clean("home.hero") == "home.hero"

    def test_there_the_slots_are_suggested(self) -> None:
        with serving(Server()) as server:
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                text = self.html()
        assert '<option value="home.hero">' in text
        assert "data-personalize-state" not in text

    def test_what_is_no_name_of_a_slot_is_refused(self) -> None:
        for said in ("", " ", "a b", "x" * 101, '"><b>'):
            with self.assertRaises(ValidationError):
                SlotChooserBlock().clean(said)

    def test_the_slot_of_a_personalizable_block_stands_among_its_settings(self) -> None:
        assert "personalize_slot" in Teaser().child_blocks
        layout = getattr(Teaser().meta, "form_layout", None)
        if layout is None:  # Wagtail 7.0 has no area for settings: it stands with the others
            return
        assert layout.settings == ["personalize_slot"]
        assert layout.children == ["heading", "text"]

    @override_settings(PERSONALIZATION=ground.settings())
    def test_an_editor_s_page_opens_with_the_server_away(self) -> None:
        page = self.page("slots", site.slotted())
        self.client.force_login(get_user_model().objects.create_superuser("editor"))
        answer = self.client.get(f"/admin/pages/{page.pk}/edit/")
        assert answer.status_code == 200
        assert "home.hero" in answer.content.decode()


class Purging(site.SiteCase):
    """Pages in front caches."""

    def test_the_pages_with_a_slot_are_purged_wherever_in_them_it_is(self) -> None:
        quote = ("quote", {"content": "Go out", "personalize_slot": "home.quote"})
        with override_settings(PERSONALIZATION={}):
            page = self.page("slots", site.slotted(), quote)
            self.page("plain", ("text", "<p>Plain</p>"))
        assert set(Placement.objects.values_list("slot", flat=True)) == {"home.hero", "home.quote"}
        Remembering.seen.clear()
        with override_settings(WAGTAILFRONTENDCACHE=FRONT):
            shelf.provider.purge(["slot:home.quote", "segment:vip"], ["http://other.example/"])
        assert Remembering.seen == ["http://testserver/slots/"]
        page.body = []
        page.save_revision().publish()
        assert not Placement.objects.exists()


class Public(site.SiteCase):
    """What is not for everybody is not for the server."""

    def test_a_page_behind_a_password_is_taken_back_and_told_again(self) -> None:
        page = self.page("slots", site.slotted())
        name = Name("home.HomePage", str(page.pk), "en")
        assert len(shelf.provider.entry(name)) == 1
        wall = PageViewRestriction.objects.create(page=page, restriction_type="login")
        assert shelf.provider.entry(name) == []
        assert not Entry.objects.get(external_id=page.pk).published
        wall.delete()
        assert len(shelf.provider.entry(name)) == 1
        assert Entry.objects.get(external_id=page.pk).published

    def test_a_snippet_is_content_too(self) -> None:
        notice = Notice.objects.create(title="Sale", body="<p>Half price</p>")
        (item,) = shelf.provider.entry(Name("home.Notice", str(notice.pk)))
        assert (item.title, item.html) == ("Sale", "<p>Half price</p>")
        notice.delete()
        assert not Entry.objects.get(kind="home.Notice").published

    def test_editors_choose_server_and_key_of_a_site_and_no_query_is_made_for_it(self) -> None:
        row = {"server": "https://p.example", "publishable_key": "pk_other"}
        with override_settings(PERSONALIZATION=ground.settings()):
            PersonalizationSettings.objects.create(site=Site.objects.get(), **row)
            to = connection.of("testserver")
            assert (to.page_server, to.publishable_key) == ("https://p.example", "pk_other")
            assert to.server == ground.AWAY, "the secret key goes where the settings say"
            with self.assertNumQueries(0):
                connection.of("testserver")

    def test_a_secret_key_is_refused_where_visitors_would_read_it(self) -> None:
        row = PersonalizationSettings(site=Site.objects.get(), publishable_key="sk_oops")
        with self.assertRaises(ValidationError):
            row.full_clean()
