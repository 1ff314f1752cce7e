"""The Django app that every plugin of ours for a Django CMS stands on."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from personalization_client.checks import configured


class ClientConfig(AppConfig):
    """Tables, addresses and checks; what a CMS shows is its own plugin's."""

    name = "personalization_client"
    verbose_name = _("Personalization")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings looked at whenever Django looks at its own."""
        register(configured)
