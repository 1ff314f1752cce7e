"""What can be shown: slots with a schema and a fallback chain, variants and their contents."""

from __future__ import annotations

from django.db import models

from personalization.content.sources import Binding, Entry, Hook, Source
from personalization.sites.revisions import Revision, Version

APART = (Source, Entry, Hook, Binding)
"""Tables that stand in a file of their own."""


class Slot(models.Model):
    """A named place on a page, mail or app screen."""

    class Schema(models.TextChoices):
        HTML = "html"
        TEXT = "text"
        JSON = "json"
        URL = "url"

    class Swap(models.TextChoices):
        NOW = "now"
        NAVIGATION = "navigation", "when hidden or at the next navigation"
        SESSION = "session", "next session"
        PINNED = "pinned"

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="slots")
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=120, blank=True)
    schema = models.CharField(max_length=4, choices=Schema.choices, default=Schema.HTML)
    is_list = models.BooleanField(default=False)
    fallback = models.JSONField(default=list, blank=True, help_text="variant slugs, best first")
    swap = models.CharField(max_length=10, choices=Swap.choices, default=Swap.NOW)
    ttl = models.PositiveIntegerField(default=60, help_text="seconds")
    enabled = models.BooleanField(default=True)
    live = models.ForeignKey(
        "content.SlotRevision", models.RESTRICT, null=True, blank=True, related_name="+"
    )

    class Meta:
        unique_together = [("site", "key")]

    def __str__(self) -> str:
        return self.key


class SlotRevision(Revision):
    """An immutable version of what a slot falls back to, and how it is swapped and kept."""

    slot = models.ForeignKey("content.Slot", models.CASCADE, related_name="revisions")
    document = models.JSONField()

    class Meta:
        unique_together = [("slot", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.slot} r{self.number}"


class Variant(models.Model):
    """One piece of content for a slot."""

    slot = models.ForeignKey("content.Slot", models.CASCADE, related_name="variants")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120, blank=True)
    enabled = models.BooleanField(default=True)

    class Meta:
        unique_together = [("slot", "slug")]

    def __str__(self) -> str:
        return self.slug


class VariantRevision(Version):
    """An immutable version of a variant in one locale ("" is every locale)."""

    variant = models.ForeignKey("content.Variant", models.CASCADE, related_name="revisions")
    locale = models.CharField(max_length=20, blank=True, default="")
    content = models.JSONField()

    class Meta:
        unique_together = [("variant", "locale", "number")]
        ordering = ["-number"]
