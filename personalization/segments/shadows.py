"""Shadows of segments: a draft that runs beside what is live, and where each watched one stood."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class SegmentShadow(models.Model):
    """One run of a draft in the shadow: on which share of people, until when, how it ended.

    ``cursor`` is the last event of the log whose person was taken.
    """

    class Ended(models.TextChoices):
        TIME = "time", "its time was over"
        STOPPED = "stopped", "somebody stopped it"
        UNFIT = "unfit", "it did not fit the site any more, or was no draft any more"

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="+")
    revision = models.ForeignKey("segments.SegmentRevision", models.CASCADE, related_name="shadows")
    share = models.FloatField(help_text="percent of people")
    most = models.BigIntegerField(help_text="people who are watched at most")
    cursor = models.BigIntegerField(default=0)
    looked_at = InstantField()
    started_at = InstantField()
    ends_at = InstantField()
    stopped_at = InstantField(null=True, blank=True)
    ended = models.CharField(max_length=8, choices=Ended.choices, blank=True, default="")
    asked_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["looked_at"],
                name="segment_shadow_runs",
                condition=models.Q(stopped_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} at {self.share:g} %"


class Watched(models.Model):
    """Somebody a shadow watches: in or out by what is live and by the draft, and every turn.

    ``turns`` are those since the shadow began: a side, an instant, and whether it was an entry.
    ``due`` is when something changes without a new event.
    """

    id = models.BigAutoField(primary_key=True)
    shadow = models.ForeignKey("segments.SegmentShadow", models.CASCADE, related_name="people")
    profile = models.UUIDField()
    live = models.BooleanField(default=False)
    draft = models.BooleanField(default=False)
    due = InstantField(null=True)
    turns = models.JSONField(default=list)

    class Meta:
        unique_together = [("shadow", "profile")]
        indexes = [models.Index(fields=["shadow", "due"], name="watched_due")]
