"""Who it is, and what we may know: identities, links, profiles, attributes, consent."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField


class Profile(models.Model):
    """One person as we know them: a connected component of unrevoked links. Its row is a lock."""

    id = models.UUIDField(primary_key=True)
    site_id = models.IntegerField(db_index=True)
    device_view = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True, blank=True)
    first_seen = InstantField()

    def __str__(self) -> str:
        return str(self.id)


class Identity(models.Model):
    """A name somebody came with; its id is a hash of (site, kind, value)."""

    id = models.UUIDField(primary_key=True)
    site_id = models.IntegerField()
    kind = models.CharField(max_length=12)
    value = models.TextField()
    person = models.UUIDField(db_index=True)
    view = models.UUIDField()
    first_seen = InstantField()

    class Meta:
        verbose_name_plural = "identities"


class Link(models.Model):
    """What joins two identities: who said so, when, with which trust, and who took it back, why.

    A link that was revoked counts again once it is said anew after that, unless it is barred.
    """

    class Trust(models.TextChoices):
        VERIFIED = "verified"
        CLAIMED = "claimed"

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    one = models.UUIDField(db_index=True)
    other = models.UUIDField(db_index=True)
    trust = models.CharField(max_length=8, choices=Trust.choices)
    said_by = models.CharField(max_length=40)
    at = InstantField()
    recorded_at = InstantField()
    revoked_at = InstantField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True, db_default="")
    reason = models.CharField(max_length=300, blank=True, db_default="")
    barred = models.BooleanField(db_default=False)

    class Meta:
        unique_together = [("one", "other", "trust")]

    @property
    def counts(self) -> bool:
        """Whether it joins: never revoked, or said anew after that and not barred."""
        return self.revoked_at is None or (self.at > self.revoked_at and not self.barred)


class ConsentEntry(models.Model):
    """One line of the consent ledger: an identity said yes or no to a purpose."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    identity = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=20)
    granted = models.BooleanField()
    at = InstantField()
    source = models.CharField(max_length=12)

    class Meta:
        verbose_name_plural = "consent ledger"


class Attribute(models.Model):
    """An entry of the site's catalogue: an attribute's type and purpose, learned or overridden."""

    site = models.ForeignKey("sites.Site", models.CASCADE)
    path = models.CharField(max_length=200)
    learned_type = models.CharField(max_length=10, blank=True)
    type = models.CharField(max_length=10, blank=True, help_text="overrides what was learned")
    purpose = models.CharField(max_length=20, default="personalization")
    label = models.CharField(max_length=120, blank=True)
    seen = models.BooleanField(default=False)
    hierarchy = models.JSONField(
        default=dict, blank=True, help_text="what lies right below a value; published with features"
    )
    nested = models.BooleanField(
        default=False,
        db_default=False,
        help_text="a condition on it holds for the attributes its path leads to: traits.address "
        "for traits.address.city. It comes in force when features are published.",
    )

    class Meta:
        unique_together = [("site", "path")]

    def __str__(self) -> str:
        return self.path
