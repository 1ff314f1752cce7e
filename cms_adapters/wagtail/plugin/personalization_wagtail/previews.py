"""Preview as segment: a mixin for pages and snippets, in Wagtail's own list of preview modes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from personalization_client import catalogue, connection, rendering

AS = "segment:"


class PersonalizedPreview:
    """``class HomePage(PersonalizedPreview, Page)``: previews as anybody in a segment."""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Return the model's own modes, then one for each segment the server names."""
        own = list(super().preview_modes)  # type: ignore[misc]
        names = catalogue.segments(connection.of()).names
        nobody = [(AS, _("As a visitor in no segment"))] if names else []
        return [*own, *nobody, *((f"{AS}{name}", _("As segment: %s") % name) for name in names)]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Serve the page with every slot as somebody in this segment sees it."""
        if mode_name.startswith(AS):
            name = mode_name.removeprefix(AS)
            rendering.preview(request, [name] if name else [])
            mode_name = super().preview_modes[0][0]  # type: ignore[misc]
        return super().serve_preview(request, mode_name)  # type: ignore[misc]
