"""What django CMS's editors get: previews of their own, forms that lose nothing, no script."""

from typing import Any

from client_tests import ground
from client_tests.server import Server, serving
from cms.models import PageContent
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.test import override_settings
from personalization_client.contents import shelf
from personalization_client.ledger import Name
from personalization_client.models import Entry
from personalization_djangocms.choosers import SlotForm
from personalization_djangocms.models import Slot

from tests import site

GOLD = {"vip": {"variant": "gold", "content": {"type": "html", "html": "<p>Gold</p>"}}}


class Previews(site.SiteCase):
    """The toolbar's preview."""

    def shown(self, url: str, **told: Any) -> str:
        self.client.force_login(self.editor)
        with override_settings(PERSONALIZATION=ground.settings(**told)):
            answer = self.client.get(url)
        assert answer.status_code == 200
        return answer.content.decode()

    def content(self) -> PageContent:
        return PageContent.objects.get(page=self.publish("slots", "home.hero"))

    def test_a_preview_shows_the_variant_of_a_segment_and_tracks_nothing(self) -> None:
        url = get_object_preview_url(self.content(), "en")
        with serving(Server()) as server:
            server.decision, server.segments = GOLD, ["vip"]
            text = self.shown(f"{url}&personalize=vip", SERVER=server.url)
        assert "<p>Gold</p>" in text
        assert "As segment: vip" in text
        assert "sdk.js" not in text

    def test_with_the_server_away_a_preview_shows_the_fallback_and_the_menu_says_so(self) -> None:
        text = self.shown(f"{get_object_preview_url(self.content(), 'en')}&personalize=vip")
        assert "For everybody" in text
        assert "does not answer" in text

    def test_an_editor_at_work_sees_what_was_written(self) -> None:
        draft = self.version(self.publish("slots", "home.hero")).copy(self.editor)
        text = self.shown(get_object_edit_url(draft.content, "en"))
        assert 'data-pz-written="home.hero"' in text
        assert "sdk.js" not in text

    def test_a_preview_is_for_editors(self) -> None:
        url = f"{get_object_preview_url(self.content(), 'en')}&personalize=vip"
        assert self.client.get(url).status_code in (302, 403, 404)


class Forms(site.SiteCase):
    """The plugin's form."""

    def test_what_was_chosen_stays_although_the_server_has_it_no_more(self) -> None:
        with serving(Server()) as server:
            with override_settings(PERSONALIZATION=ground.settings(SERVER=server.url)):
                form = SlotForm({"slot": "old.place"}, instance=Slot(slot="old.place"))
                assert form.is_valid(), form.errors
                assert "the server has no such slot" in str(form)

    @override_settings(PERSONALIZATION=ground.settings())
    def test_with_the_server_away_a_name_may_be_typed(self) -> None:
        assert SlotForm({"slot": "home.hero"}).is_valid()
        assert not SlotForm({"slot": "a b"}).is_valid()
        assert "does not answer" in str(SlotForm())


class Public(site.SiteCase):
    """What is not for everybody is not for the server."""

    def test_a_page_behind_a_log_in_is_taken_back(self) -> None:
        page = self.publish("slots", "home.hero")
        name = Name("cms.Page", str(page.pk), "en")
        assert len(shelf.provider.entry(name)) == 1
        page.login_required = True
        page.save()
        assert shelf.provider.entry(name) == []
        assert not Entry.objects.get(external_id=page.pk).published

    def test_a_draft_is_nobody_s_business(self) -> None:
        page = self.publish("slots", "home.hero")
        before = Entry.objects.get(external_id=page.pk).version
        self.version(page).copy(self.editor)
        assert Entry.objects.get(external_id=page.pk).version == before
