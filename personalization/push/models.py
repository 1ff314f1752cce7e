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
