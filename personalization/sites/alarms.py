"""Alarms as rows: what is wrong since when, how bad, who knows of it, and when it was over."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.plant.instants import InstantField


class Alarm(models.Model):
    """One thing that is wrong: open until a look does not find it any more, then history.

    ``site`` is empty where it concerns the whole installation. Before ``raised_at`` it is only
    watched: what goes away within its kind's patience never was an alarm.
    """

    class Grade(models.TextChoices):
        WARNING = "warning", _("Warning")
        CRITICAL = "critical", _("Critical")

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey("sites.Site", models.CASCADE, null=True, related_name="alarms")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=120, blank=True, default="")
    grade = models.CharField(max_length=8, choices=Grade.choices)
    told = models.JSONField(default=dict)
    since = InstantField()
    seen_at = InstantField()
    raised_at = InstantField(null=True)
    ended_at = InstantField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    acknowledged_at = InstantField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "site", "subject"],
                name="alarm_one_open",
                condition=models.Q(ended_at=None),
            )
        ]
        indexes = [
            models.Index(fields=["id"], name="alarm_open", condition=models.Q(ended_at=None)),
            models.Index(fields=["ended_at"], name="alarm_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()


class Vigil(models.Model):
    """When somebody last looked for alarms, and when each kind of process was last seen."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    looked_at = InstantField(default=0)
    measured_at = InstantField(default=0)
    roles = models.JSONField(default=dict)
