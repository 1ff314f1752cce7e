"""Everything that leaves the house waits here, written in the transaction that caused it."""

from __future__ import annotations

from typing import Any

from django.db import models

from personalization.plant.instants import InstantField

LANE = "endpoint"
"""How the lanes of endpoints begin."""


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
        indexes = [
            models.Index(fields=["id"], name="outbox_news", condition=models.Q(kind="news")),
        ]


class Delivery(models.Model):
    """One thing on its way to somebody else's server: what, how often tried, what came of it.

    ``key`` makes it count once there and here; ``lane`` is whose it is: a slow lane delays itself.
    Until it is first tried, news of the kind that ``merges`` names may be added to it.
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
    headers = models.JSONField(default=dict, blank=True)
    merges = models.CharField(max_length=80, blank=True, default="")
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
            models.Index(fields=["lane", "-id"], name="delivery_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merges"],
                name="delivery_merges",
                condition=models.Q(state="waiting") & ~models.Q(merges=""),
            )
        ]

    def __str__(self) -> str:
        return self.key


class SigningSecret(models.Model):
    """What a lane's deliveries are signed with, sealed; the former one signs too for a day."""

    lane = models.CharField(max_length=80, primary_key=True)
    sealed = models.TextField()
    former = models.TextField(blank=True, default="")
    renewed_at = InstantField()


class Feed(models.Model):
    """How far a site's news are numbered, and up to which number they are forgotten."""

    site_id = models.IntegerField(primary_key=True)
    last = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)


class News(models.Model):
    """One thing that happened on a site, under the number of its place in the site's feed."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    number = models.BigIntegerField()
    type = models.CharField(max_length=30)
    profile = models.UUIDField(null=True)
    at = InstantField()
    data = models.JSONField()

    class Meta:
        verbose_name_plural = "news"
        constraints = [
            models.UniqueConstraint(fields=["site_id", "number"], name="news_number"),
        ]
        indexes = [
            models.Index(fields=["site_id", "at"], name="news_at"),
            models.Index(
                fields=["profile"], name="news_profile", condition=models.Q(profile__isnull=False)
            ),
        ]


class Endpoint(models.Model):
    """Somebody else's address that is told of a site's news, and how it fares."""

    site = models.ForeignKey("sites.Site", models.CASCADE)
    url = models.CharField("URL", max_length=2_048)
    description = models.CharField(max_length=200, blank=True, default="")
    types = models.JSONField(default=list, blank=True)
    sees_subjects = models.BooleanField("may see subjects", default=False)
    enabled = models.BooleanField(default=True)
    disabled_because = models.CharField(max_length=80, blank=True, default="")
    last_success = InstantField(null=True, blank=True)
    last_failure = InstantField(null=True, blank=True)
    failures = models.PositiveIntegerField("failures in a row", default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.description or self.url[:80]

    @property
    def lane(self) -> str:
        """The lane of its deliveries, and of its secret."""
        return f"{LANE}:{self.pk}"

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete it with its secret; what still waits for it is dropped."""
        SigningSecret.objects.filter(lane=self.lane).delete()
        return super().delete(*args, **options)
