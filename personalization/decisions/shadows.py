"""Shadows: a draft of a matrix that decides beside the live one, and what it would have changed."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class Shadow(models.Model):
    """One run of a draft in the shadow: on which share of decisions, until when, how it ended."""

    class Ended(models.TextChoices):
        TIME = "time", "its time was over"
        ENOUGH = "enough", "it had seen enough"
        STOPPED = "stopped", "somebody stopped it"
        UNFIT = "unfit", "it did not fit the site any more, or was no draft any more"

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="+")
    revision = models.ForeignKey("decisions.MatrixRevision", models.CASCADE, related_name="shadows")
    share = models.FloatField(help_text="percent of decisions")
    most = models.BigIntegerField(help_text="decisions after which it stops")
    seen = models.BigIntegerField(default=0)
    started_at = InstantField()
    ends_at = InstantField()
    stopped_at = InstantField(null=True, blank=True)
    ended = models.CharField(max_length=8, choices=Ended.choices, blank=True, default="")
    asked_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="shadow_running", condition=models.Q(stopped_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.revision} at {self.share:g} %"


class ShadowPair(models.Model):
    """How often the live matrix said one thing and the draft another, and to whom, for example."""

    id = models.BigAutoField(primary_key=True)
    shadow = models.ForeignKey("decisions.Shadow", models.CASCADE, related_name="pairs")
    live_row = models.CharField(max_length=64)
    draft_row = models.CharField(max_length=64)
    live_variant = models.CharField(max_length=80)
    draft_variant = models.CharField(max_length=80)
    count = models.BigIntegerField(default=0)
    sample = models.JSONField(default=list)

    class Meta:
        unique_together = [("shadow", "live_row", "draft_row", "live_variant", "draft_variant")]
