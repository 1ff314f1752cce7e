"""Settings of a Wagtail site, and where its slots are."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from personalization_client.models import PublicConnection
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page


@register_setting(icon="group")
class PersonalizationSettings(PublicConnection, BaseSiteSetting):
    """What pages of one site say to browsers. Secrets are in Django's settings, not here."""

    panels = [FieldPanel("server"), FieldPanel("publishable_key")]

    class Meta:
        verbose_name = _("Personalization")


class Placement(models.Model):
    """A slot in a published page: whose pages are thrown out of caches when the slot changes."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    slot = models.CharField(max_length=100, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "slot"], name="personalization_wagtail_one_placement"
            )
        ]
