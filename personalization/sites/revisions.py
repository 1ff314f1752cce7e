"""What every version of something has: its number, how it stands, who wrote it, and when."""

from __future__ import annotations

from django.db import models


class Version(models.Model):
    """One version of something that is written as a draft, goes live, and is retired."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        LIVE = "live"
        RETIRED = "retired"

    number = models.PositiveIntegerField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    author = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Revision(Version):
    """A version to which its author may have said something."""

    note = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
