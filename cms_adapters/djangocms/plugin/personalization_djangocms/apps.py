"""The django CMS side of the personalization server."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonalizationDjangoCMSConfig(AppConfig):
    """A plugin with a slot, settings per site, previews, and news of what is published."""

    name = "personalization_djangocms"
    label = "personalization_djangocms"
    verbose_name = _("Personalization")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to django CMS, and answer for its content."""
        from personalization_djangocms import listening

        listening.begin()
