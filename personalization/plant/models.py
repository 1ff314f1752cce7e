"""What the house remembers about itself: its clock's offset and the runs of its recurring work."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class ClockOffset(models.Model):
    """How far this installation's clock is ahead of the machine's (the demo moves time)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    microseconds = models.BigIntegerField(default=0)


class Run(models.Model):
    """One run of recurring or requested work: how long, how much, and what went wrong.

    ``subject`` is what it was about where that is less than a site, ``result`` what it found.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    task = models.CharField(max_length=80, db_index=True)
    site_id = models.IntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    started_at = InstantField()
    finished_at = InstantField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    subject = models.CharField(max_length=80, blank=True, default="", db_index=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"


class Reading(models.Model):
    """What a gauge of a site stood at, every ten minutes or so: a segment's size, a counter."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    gauge = models.CharField(max_length=30)
    subject = models.CharField(max_length=120, blank=True, default="")
    at = InstantField()
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["gauge", "at"], name="reading_gauge_at")]
