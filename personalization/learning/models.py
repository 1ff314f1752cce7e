"""Trained models as plain parameters: never a pickle, always with where they came from."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class TrainedModel(models.Model):
    """The parameters of one training of one score; the champion is the one in force."""

    site = models.ForeignKey("sites.Site", models.CASCADE)
    score = models.SlugField(max_length=60)
    kind = models.CharField(max_length=40)
    parameters = models.JSONField()
    metrics = models.JSONField(default=dict)
    rows = models.BigIntegerField(default=0)
    champion = models.BooleanField(default=False)
    trained_at = InstantField()

    class Meta:
        ordering = ["-id"]
