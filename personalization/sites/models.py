"""The tenant: a site, its keys, the people who may work on it, its generation, and the audit."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.plant.instants import InstantField
from personalization.sites.alarms import Alarm, Vigil
from personalization.sites.reviews import Freeze, Remark, Review, ReviewTerms, Schedule, Step
from personalization.sites.workings import WorkingCopy

APART = (Review, Step, Remark, ReviewTerms, Schedule, Freeze, Alarm, Vigil, WorkingCopy)
"""Tables that stand in a file of their own."""


class Site(models.Model):
    """A tenant: owns keys, events, profiles, segments and slots."""

    class Consent(models.TextChoices):
        OPT_IN = "opt_in", "opt-in: nothing without a yes"
        OPT_OUT = "opt_out", "opt-out: everything until a no"
        NONE = "none", "no consent needed"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=60, default="UTC")
    locale = models.CharField(max_length=20, default="en")
    origins = models.JSONField(default=list, blank=True)
    lateness = models.PositiveIntegerField(default=7 * 86_400, help_text="seconds")
    session_pause = models.PositiveIntegerField(
        default=30 * 60,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text="seconds without an event after which a session is over, where a definition "
        "names no pause of its own; what is written already keeps the pause it was written with",
    )
    consent = models.CharField(max_length=8, choices=Consent.choices, default=Consent.OPT_OUT)
    trusts_claims = models.BooleanField(default=False)
    signing_secret = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Key(models.Model):
    """An API key: shown once, stored as a hash, revocable."""

    class Kind(models.TextChoices):
        PUBLISHABLE = "pk", "publishable (browser)"
        SECRET = "sk", "secret (server)"
        MANAGEMENT = "mk", "management"

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=2, choices=Kind.choices)
    label = models.CharField(max_length=80, blank=True)
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    role = models.CharField(max_length=12, default="publisher")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.get_kind_display()})"


class Role(models.Model):
    """A group of one site that a person belongs to; who belongs to several may what each may."""

    class Name(models.TextChoices):
        VIEWER = "viewer", _("Viewer")
        ANALYST = "analyst", _("Analyst")
        EDITOR = "editor", _("Editor")
        REVIEWER = "reviewer", _("Reviewer")
        PUBLISHER = "publisher", _("Publisher")
        OPERATOR = "operator", _("Operator")
        PRIVACY = "privacy", _("Privacy officer")
        OVERRIDE = "override", _("May publish in a freeze")
        OWNER = "owner", _("Owner")

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="site_roles")
    name = models.CharField(max_length=12, choices=Name.choices, default=Name.EDITOR)

    class Meta:
        unique_together = [("site", "user", "name")]


class Generation(models.Model):
    """The number that grows by one with every publish of a site: one row, flipped in one update."""

    site = models.OneToOneField("sites.Site", models.CASCADE, primary_key=True)
    number = models.BigIntegerField(default=1)
    flipped_at = InstantField(default=0)


class Publication(models.Model):
    """One publish: prepared (compiled, checked, back-filled), then flipped, or not."""

    class State(models.TextChoices):
        PREPARING = "preparing"
        LIVE = "live"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Way(models.TextChoices):
        PUBLISH = "publish"
        SCHEDULE = "schedule"
        ROLLBACK = "rollback"
        UNDO = "undo"

    site = models.ForeignKey("sites.Site", models.CASCADE)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    revision_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    generation = models.BigIntegerField(null=True, blank=True)
    asked_by = models.CharField(max_length=150, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.PUBLISH)
    overrides = models.BooleanField(default=False, help_text="it may go live in a freeze")
    replaced = models.BigIntegerField(null=True, blank=True, help_text="the revision before it")
    started_at = InstantField()
    ended_at = InstantField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["site", "kind", "object_id"], name="publication_object")]


class AuditEntry(models.Model):
    """Who changed what, when: append only."""

    site = models.ForeignKey("sites.Site", models.CASCADE, null=True, blank=True)
    at = InstantField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["object_type", "object_id", "id"], name="audit_object")]
