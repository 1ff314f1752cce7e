"""Lists: segments whose members somebody named, or who were so at an instant; by versions."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class SegmentList(models.Model):
    """A segment that is a list: uploaded, or computed from a condition every so often.

    ``live`` is the version in force; while ``applying``, people are told in slices, ``cursor`` says
    how far. ``told_at`` only grows: who was told later is in or out as it was said later.
    """

    segment = models.OneToOneField(
        "segments.Segment", models.CASCADE, related_name="roll", primary_key=True
    )
    condition = models.JSONField(null=True, blank=True)
    every = models.PositiveIntegerField(null=True, blank=True, help_text="seconds between runs")
    due = InstantField(null=True, blank=True)
    live = models.ForeignKey(
        "segments.ListVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    applying = models.CharField(max_length=4, blank=True, default="")
    cursor = models.UUIDField(null=True, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    told_at = InstantField(default=0)

    def __str__(self) -> str:
        return str(self.segment)


class ListVersion(models.Model):
    """An immutable version of a list: where it is from, how many are on it, what it changes.

    ``by`` says what an entry names: ``id``, or a trait like ``traits.email``.
    """

    class State(models.TextChoices):
        READY = "ready"
        FAILED = "failed", "not taken"

    roll = models.ForeignKey("segments.SegmentList", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=8)
    by = models.CharField(max_length=200, default="id")
    state = models.CharField(max_length=6, choices=State.choices, default=State.READY)
    count = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    removed = models.BigIntegerField(default=0)
    faults = models.JSONField(default=list, blank=True)
    faulty = models.BigIntegerField(default=0)
    author = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = InstantField()

    class Meta:
        unique_together = [("roll", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.roll} v{self.number}"


class ListEntry(models.Model):
    """Who is on a version: the hash of an identity, or of a trait's value; no name is kept."""

    pk = models.CompositePrimaryKey("version", "entry")
    version = models.ForeignKey("segments.ListVersion", models.CASCADE)
    entry = models.UUIDField()


class Listed(models.Model):
    """An identity of which the log says that it is on the list: written with that event."""

    pk = models.CompositePrimaryKey("roll", "identity")
    roll = models.ForeignKey("segments.SegmentList", models.CASCADE)
    identity = models.UUIDField(db_index=True)
