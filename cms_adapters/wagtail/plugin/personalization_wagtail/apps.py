"""The Wagtail side of the personalization server."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonalizationWagtailConfig(AppConfig):
    """Blocks, settings per site, previews, and news of what is published."""

    name = "personalization_wagtail"
    label = "personalization_wagtail"
    verbose_name = _("Personalization")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to Wagtail, and answer for its content."""
        from personalization_wagtail import listening

        listening.begin()
