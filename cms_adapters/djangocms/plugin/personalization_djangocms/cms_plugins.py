"""The plugin: a slot whose children are the fallback, safe in every cache."""

from typing import Any

from cms.models import Placeholder
from cms.plugin_base import CMSPluginBase
from cms.plugin_pool import plugin_pool
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from personalization_client import connection, rendering

from personalization_djangocms.choosers import SlotForm
from personalization_djangocms.models import Slot

SOON = 10
"""Seconds until a page that should have been filled in, and was not, is rendered anew."""


@plugin_pool.register_plugin
class PersonalizedSlotPlugin(CMSPluginBase):
    """A slot. Browsers fill it in, so that the page is the same for everybody."""

    model = Slot
    form = SlotForm
    name = _("Personalized slot")
    module = _("Personalization")
    render_template = "personalization_djangocms/slot.html"
    allow_children = True

    def get_vary_cache_on(
        self, request: HttpRequest, instance: Slot, placeholder: Placeholder
    ) -> list[str]:
        """Return the header with the segments, where the CMS fills slots in by it."""
        to = connection.of_request(request)
        return [to.segments_header] if to.render == "server" and to.segments_header else []

    def get_cache_expiration(
        self, request: HttpRequest, instance: Slot, placeholder: Placeholder
    ) -> int | None:
        """Return how long what the CMS filled in holds; what browsers fill in holds for ever."""
        if connection.of_request(request).render != "server":
            return None
        shown = rendering.kept(request, instance.slot)
        return shown.max_age if shown else SOON

    def render(self, context: Any, instance: Slot, placeholder: Placeholder) -> Any:
        """Add nothing: the template has all it needs."""
        return super().render(context, instance, placeholder)
