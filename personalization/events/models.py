"""What happened: the packed inbox, the shards' leases, the log, the quarantine, the counters."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class Lane(models.TextChoices):
    """Lanes are served apart, so that an import delays nobody."""

    LIVE = "live"
    IMPORT = "import"


class Shard(models.Model):
    """The row whose lock is the lease on one shard of one lane."""

    lane = models.CharField(max_length=6, choices=Lane.choices)
    number = models.SmallIntegerField()
    last_error = models.TextField(blank=True, default="")
    failed_at = InstantField(null=True, blank=True)

    class Meta:
        unique_together = [("lane", "number")]


class Packed(models.Model):
    """One packed queue row: many admitted events of one site, shard and lane, in one payload."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    lane = models.CharField(max_length=6, choices=Lane.choices)
    shard = models.SmallIntegerField()
    received_at = InstantField()
    count = models.IntegerField()
    payload = models.BinaryField()

    class Meta:
        db_table = "events_inbox"
        indexes = [models.Index(fields=["lane", "shard", "id"], name="inbox_lane_shard")]


class Admitted(models.Model):
    """The narrow table that makes a message count once: (site, message hash), hash-partitioned."""

    pk = models.CompositePrimaryKey("site_id", "message")
    site_id = models.IntegerField()
    message = models.UUIDField()
    body = models.UUIDField()

    class Meta:
        db_table = "events_admitted"


class Logged(models.Model):
    """One event in the log, under the identity it came with."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    message = models.UUIDField()
    owner = models.UUIDField()
    device = models.UUIDField(null=True)
    at = InstantField()
    received_at = InstantField()
    kind = models.CharField(max_length=8)
    name = models.TextField()
    body = models.BinaryField()
    counted = models.BooleanField(default=True)
    marks = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        db_table = "events_log"
        indexes = [
            models.Index(fields=["owner", "at"], name="log_owner_at"),
            models.Index(
                fields=["device", "at"],
                name="log_device_at",
                condition=models.Q(device__isnull=False),
            ),
        ]


class Quarantined(models.Model):
    """An event that could not be admitted: what is wrong with it, where, and the event itself."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey("sites.Site", models.CASCADE)
    lane = models.CharField(max_length=6, choices=Lane.choices)
    received_at = InstantField()
    code = models.CharField(max_length=40)
    at = models.CharField(max_length=200)
    message = models.CharField(max_length=300)
    body = models.TextField()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "quarantine"


class Counter(models.Model):
    """How many events met which fate: spread over slots so that writers do not queue."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    slot = models.SmallIntegerField()
    name = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)

    class Meta:
        unique_together = [("site_id", "slot", "name")]


class ImportRun(models.Model):
    """How far the import of one file got, so that it resumes and repeats without harm."""

    site = models.ForeignKey("sites.Site", models.CASCADE)
    fingerprint = models.CharField(max_length=64)
    file = models.CharField(max_length=300)
    mapping = models.JSONField(default=dict)
    lines = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    finished = models.BooleanField(default=False)

    class Meta:
        unique_together = [("site", "fingerprint")]
