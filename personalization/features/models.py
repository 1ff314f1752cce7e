"""What they did lately: one folded state a profile, and the features a site declares."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class ProfileState(models.Model):
    """The live state of one profile, its checkpoint, and the version that only grows."""

    profile = models.UUIDField(primary_key=True)
    site_id = models.IntegerField()
    version = models.BigIntegerField()
    generation = models.BigIntegerField()
    digest = models.CharField(max_length=32)
    body = models.BinaryField()
    checkpoint = models.BinaryField(null=True)
    checkpoint_at = InstantField(null=True)
    through = InstantField()
    first_at = InstantField(default=0)


class Feature(models.Model):
    """A declared feature: a name and a measure of events, readable as features.<name>."""

    site = models.ForeignKey("sites.Site", models.CASCADE)
    name = models.SlugField(max_length=80)
    label = models.CharField(max_length=120, blank=True)
    measure = models.JSONField()

    class Meta:
        unique_together = [("site", "name")]

    def __str__(self) -> str:
        return f"features.{self.name}"
