"""Preview as segment: an entry of the toolbar, for those who may see previews."""

from typing import Any

from cms.toolbar.utils import get_object_preview_url
from cms.toolbar_base import CMSToolbar
from cms.toolbar_pool import toolbar_pool
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from personalization_client import catalogue, connection, rendering

from personalization_djangocms.listening import AS, looks

MENU = "personalization"


@toolbar_pool.register
class PersonalizationToolbar(CMSToolbar):
    """One entry a segment, each the preview with the page's slots as somebody in it sees them."""

    def populate(self) -> None:
        """Add the menu where there is a page to preview."""
        page = self.toolbar.get_object()
        if page is None or not (self.toolbar.edit_mode_active or self.toolbar.preview_mode_active):
            return
        menu = self.toolbar.get_or_create_menu(MENU, _("Preview as"))
        listing = catalogue.segments(connection.of_request(self.request))
        seen = looks(self.request) or rendering.Look()
        if str(listing):
            menu.add_link_item(str(listing), url="#", disabled=True)
        menu.add_link_item(_("As written"), url=self._url(page, None), active=seen.segments is None)
        nobody = self._url(page, "")
        menu.add_link_item(_("As a visitor in no segment"), url=nobody, active=seen.segments == ())
        for name in listing.names:
            somebody = self._url(page, name)
            menu.add_link_item(
                _("As segment: %s") % name, url=somebody, active=seen.segments == (name,)
            )

    def _url(self, page: Any, segment: str | None) -> str:
        """Return where a page is previewed as somebody in a segment; None is as it was written."""
        said = QueryDict(mutable=True)
        if segment is not None:
            said[AS] = segment
        return get_object_preview_url(page, self.current_lang, said)
