"""What they did lately: one folded state a profile, and the features a site declares."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField
from personalization.sites.revisions import Version


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
    """A declared feature: a name and a measure of events, readable as features.<name>.

    What is declared comes in force when the site's features are published (``FeatureSet``).
    """

    site = models.ForeignKey("sites.Site", models.CASCADE)
    name = models.SlugField(max_length=80)
    label = models.CharField(max_length=120, blank=True)
    measure = models.JSONField()
    purpose = models.CharField(
        max_length=20,
        default="personalization",
        help_text="readers know the feature only of who permits this purpose",
    )

    class Meta:
        unique_together = [("site", "name")]

    def __str__(self) -> str:
        return f"features.{self.name}"


class FeatureSet(Version):
    """An immutable version of all that a site's features measure: prepared, then in force.

    With it come the hierarchies of attributes' values, since these change what is measured.
    """

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="feature_sets")
    declared = models.JSONField(default=dict)
    hierarchies = models.JSONField(default=dict, blank=True)

    class Meta:
        unique_together = [("site", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"features r{self.number}"
