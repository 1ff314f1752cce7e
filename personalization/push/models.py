"""Everything that leaves the house waits here, written in the transaction that caused it."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class Outbox(models.Model):
    """One thing to send: a snapshot, a ring of the bell, a webhook, a mail."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    kind = models.CharField(max_length=12)
    subject = models.CharField(max_length=80)
    payload = models.BinaryField()
    written_at = InstantField()

    class Meta:
        verbose_name_plural = "outbox"


class Delivery(models.Model):
    """One thing on its way to somebody else's server: what, how often tried, what came of it.

    ``key`` makes it count once there and here; ``lane`` is whose it is: a slow lane delays itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead", "dead letter"
        DROPPED = "dropped", "no longer permitted"

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey("sites.Site", models.CASCADE)
    key = models.CharField(max_length=64, unique=True)
    lane = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    payload = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due = InstantField()
    attempts = models.PositiveIntegerField(default=0)
    written_at = InstantField()
    ended_at = InstantField(null=True, blank=True)
    status = models.PositiveIntegerField(null=True, blank=True)
    ms = models.PositiveIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    error = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["lane", "due"],
                name="delivery_waiting",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["state", "ended_at"], name="delivery_ended"),
        ]

    def __str__(self) -> str:
        return self.key


class SigningSecret(models.Model):
    """What a lane's deliveries are signed with, sealed; the former one signs too for a day."""

    lane = models.CharField(max_length=80, primary_key=True)
    sealed = models.TextField()
    former = models.TextField(blank=True, default="")
    renewed_at = InstantField()
