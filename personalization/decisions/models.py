"""The decision matrix of a slot, its revisions, and the log of every change of an answer."""

from __future__ import annotations

from django.db import models

from personalization.decisions.outcomes import Given
from personalization.decisions.shadows import Shadow, ShadowPair
from personalization.plant.instants import InstantField
from personalization.sites.revisions import Revision

APART = (Shadow, ShadowPair, Given)
"""Tables that stand in a file of their own."""


class Matrix(models.Model):
    """The decision matrix of one slot."""

    slot = models.OneToOneField("content.Slot", models.CASCADE, related_name="matrix")
    live = models.ForeignKey(
        "decisions.MatrixRevision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "matrices"

    def __str__(self) -> str:
        return str(self.slot)


class MatrixRevision(Revision):
    """An immutable version of a matrix document."""

    matrix = models.ForeignKey("decisions.Matrix", models.CASCADE, related_name="revisions")
    document = models.JSONField()

    class Meta:
        unique_together = [("matrix", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.matrix} r{self.number}"


class LoggedDecision(models.Model):
    """One change of the answer for a profile and slot: because of what, with the values seen.

    ``basis`` is what else it stood on (``decisions.basis``); entries of old have none.
    """

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    profile = models.UUIDField()
    slot = models.CharField(max_length=120)
    decided_at = InstantField()
    generation = models.BigIntegerField()
    revision = models.BigIntegerField(null=True)
    row = models.CharField(max_length=64, null=True)
    variant = models.CharField(max_length=80, null=True)
    reason = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    propensity = models.FloatField(default=1.0)
    basis = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["profile", "slot", "id"], name="decision_profile_slot"),
            models.Index(fields=["site_id", "id"], name="decision_site"),
        ]
