"""A slot among the plugins of a page, and settings of a site."""

from cms.models import CMSPlugin
from django.contrib.sites.models import Site
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from personalization_client.models import PublicConnection

KEY = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$", _("A slot is named like home.hero."))


class Slot(CMSPlugin):
    """A slot; the plugins in it are what everybody sees."""

    slot = models.CharField(_("slot"), max_length=100, db_index=True, validators=[KEY])

    def __str__(self) -> str:
        """Return the slot's key."""
        return self.slot


class SiteConnection(PublicConnection):
    """What pages of one site say to browsers. Secrets are in Django's settings, not here."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("connection of a site")
        verbose_name_plural = _("connections of sites")

    def __str__(self) -> str:
        """Return the site's domain."""
        return str(self.site)
