"""What kind of person: segments, their revisions, who is in them, every move, every timer."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField
from personalization.segments.lists import Listed, ListEntry, ListVersion, SegmentList
from personalization.segments.shadows import SegmentShadow, Watched
from personalization.sites.revisions import Revision

APART = (SegmentList, ListVersion, ListEntry, Listed, SegmentShadow, Watched)
"""Tables that stand in a file of their own."""


class Segment(models.Model):
    """A named condition with stability settings, or a member of a set, called ``set.member``."""

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="segments")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    visible = models.BooleanField(default=False, help_text="its name may reach browsers")
    live = models.ForeignKey(
        "segments.SegmentRevision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    part_of = models.ForeignKey(
        "segments.SegmentSet", models.CASCADE, null=True, blank=True, related_name="members"
    )

    class Meta:
        unique_together = [("site", "slug")]

    def __str__(self) -> str:
        return self.name


class SegmentRevision(Revision):
    """An immutable version of a segment."""

    segment = models.ForeignKey("segments.Segment", models.CASCADE, related_name="revisions")
    condition = models.JSONField()
    stability = models.JSONField(default=dict, blank=True)

    class Meta:
        unique_together = [("segment", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.segment} r{self.number}"


class SegmentSet(models.Model):
    """Segments of which everybody is in exactly one: ranked, with a default."""

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="segment_sets")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    visible = models.BooleanField(default=False, help_text="its members' names may reach browsers")
    live = models.ForeignKey(
        "segments.SegmentSetRevision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        unique_together = [("site", "slug")]

    def __str__(self) -> str:
        return self.name


class SegmentSetRevision(Revision):
    """An immutable version of a set of segments."""

    set = models.ForeignKey("segments.SegmentSet", models.CASCADE, related_name="revisions")
    document = models.JSONField()
    stability = models.JSONField(default=dict, blank=True)

    class Meta:
        unique_together = [("set", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.set} r{self.number}"


class Member(models.Model):
    """A profile that is in a segment's definition now: inserted on entry, deleted on exit."""

    pk = models.CompositePrimaryKey("key", "profile")
    key = models.CharField(max_length=32)
    profile = models.UUIDField()
    site_id = models.IntegerField()
    since = InstantField()

    class Meta:
        db_table = "segments_member"


class Move(models.Model):
    """A profile entered or left a segment, why, and whether a late event has corrected it since."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    profile = models.UUIDField()
    key = models.CharField(max_length=32)
    entered = models.BooleanField()
    effective_at = InstantField()
    recorded_at = InstantField()
    cause = models.CharField(max_length=8)
    generation = models.BigIntegerField()
    values = models.JSONField(default=dict)
    superseded_at = InstantField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["profile", "key", "effective_at"], name="move_profile_key"),
            models.Index(fields=["site_id", "id"], name="move_site"),
        ]


class Definition(models.Model):
    """Which segment and revision a definition's key stands for, in moves and members."""

    key = models.CharField(max_length=32)
    site_id = models.IntegerField()
    revision = models.ForeignKey("segments.SegmentRevision", models.CASCADE)
    generation = models.BigIntegerField()

    class Meta:
        unique_together = [("key", "revision")]


class Timer(models.Model):
    """The next instant at which something of a profile changes without a new event."""

    profile = models.UUIDField(primary_key=True)
    site_id = models.IntegerField()
    due = InstantField(db_index=True)


class StageRules(models.Model):
    """A site's rules that conclude facts: the stage of a person, the next best action."""

    site = models.OneToOneField("sites.Site", models.CASCADE, related_name="stage_rules")
    name = models.CharField(max_length=120, default="Stage rules")
    live = models.ForeignKey(
        "segments.StageRulesRevision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "stage rules"

    def __str__(self) -> str:
        return self.name


class StageRulesRevision(Revision):
    """An immutable version of a site's stage rules.

    ``tried`` is set while an engine that may end its process works with it: still set afterwards,
    it is not given to that engine again.
    """

    rules = models.ForeignKey("segments.StageRules", models.CASCADE, related_name="revisions")
    document = models.JSONField()
    tried = models.BooleanField(default=False, editable=False)

    class Meta:
        unique_together = [("rules", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.rules} r{self.number}"


class Conclusion(models.Model):
    """What inference said of a profile from ``at`` on, and because of which rules: its history."""

    id = models.BigAutoField(primary_key=True)
    site_id = models.IntegerField()
    profile = models.UUIDField()
    at = InstantField()
    recorded_at = InstantField()
    revision = models.BigIntegerField()
    values = models.JSONField(default=dict)
    because = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["profile", "at"], name="conclusion_profile")]


class Inferred(models.Model):
    """Which version of a profile's state, and which rules, its conclusions stand for."""

    profile = models.UUIDField(primary_key=True)
    site_id = models.IntegerField()
    version = models.BigIntegerField()
    revision = models.BigIntegerField()


class Awaiting(models.Model):
    """A profile whose state changed, and that inference has not looked at since."""

    profile = models.UUIDField(primary_key=True)
    site_id = models.IntegerField()
    since = InstantField()

    class Meta:
        indexes = [models.Index(fields=["site_id", "since"], name="awaiting_site")]


class Trigger(models.Model):
    """When this happens to a person, and they are such and such, do that: once each time."""

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="triggers")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True, help_text="off: it fires for nobody, at once")
    live = models.ForeignKey(
        "segments.TriggerRevision", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        unique_together = [("site", "slug")]

    def __str__(self) -> str:
        return self.name


class TriggerRevision(Revision):
    """An immutable version of a trigger."""

    trigger = models.ForeignKey("segments.Trigger", models.CASCADE, related_name="revisions")
    document = models.JSONField()

    class Meta:
        unique_together = [("trigger", "number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.trigger} r{self.number}"


class Firing(models.Model):
    """What a trigger did, or did not do and why, for one profile on one occasion.

    ``key`` names its effect everywhere: the message it sent in, the delivery it sent out.
    """

    class Outcome(models.TextChoices):
        FIRED = "fired"
        NO_CONSENT = "no_consent", "no consent"
        CAPPED = "capped"
        HOP_LIMIT = "hop_limit", "hop limit"
        REFUSED = "refused"

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey("sites.Site", models.CASCADE)
    trigger = models.ForeignKey("segments.Trigger", models.CASCADE, related_name="firings")
    revision = models.ForeignKey("segments.TriggerRevision", models.CASCADE)
    profile = models.UUIDField()
    occasion = models.CharField(max_length=80)
    key = models.CharField(max_length=64, db_index=True)
    at = InstantField()
    recorded_at = InstantField()
    action = models.CharField(max_length=20)
    hops = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=200, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        unique_together = [("revision", "profile", "occasion")]
        indexes = [
            models.Index(fields=["profile", "trigger", "recorded_at"], name="firing_profile")
        ]
