"""Settings of a Wagtail site, and where its slots are."""

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page


@register_setting(icon="group")
class PersonalizationSettings(BaseSiteSetting):
    """What pages of one site say to browsers. Secrets are in Django's settings, not here."""

    server = models.CharField(
        _("server"),
        max_length=200,
        blank=True,
        validators=[URLValidator(["https", "http"])],
        help_text=_("Address of the personalization server, for example https://p.example.org"),
    )
    publishable_key = models.CharField(
        _("publishable key"),
        max_length=100,
        blank=True,
        validators=[RegexValidator("^pk_", _("A publishable key begins with pk_."))],
        help_text=_("Every visitor can read it. Secret keys are never entered here."),
    )

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
