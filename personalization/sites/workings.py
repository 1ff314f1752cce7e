"""The unsaved work of a page as a row, which no reload, browser or crash takes away."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from personalization.plant.instants import InstantField


class WorkingCopy(models.Model):
    """The unsaved work of one page: ``content`` is JSON as text, empty once it is saved or dropped.

    ``size`` is its bytes, ``base`` the number of the revision it was made from.
    """

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=64)
    step = models.BigIntegerField(default=-1)
    base = models.IntegerField(default=0)
    content = models.TextField(blank=True, default="")
    size = models.IntegerField(default=0)
    kept_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "object_id", "page"], name="working_copy_of_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.page}"
