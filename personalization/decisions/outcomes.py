"""How many decisions were given, for each slot, outcome and ten minutes."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class Given(models.Model):
    """The decisions of one slot that ended one way within one span of time."""

    class Outcome(models.TextChoices):
        CHOSEN = "chosen", "a row chose"
        FALLBACK = "fallback"
        ERROR = "error"

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    slot = models.CharField(max_length=120)
    at = InstantField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    count = models.BigIntegerField(default=0)

    class Meta:
        unique_together = [("site_id", "slot", "at", "outcome")]
        indexes = [models.Index(fields=["at"], name="given_at")]
