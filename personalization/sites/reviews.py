"""The way of a revision from draft to live: its review, every step, remarks, schedules, freezes."""

from __future__ import annotations

from django.db import models

from personalization.plant.instants import InstantField
from rules.reviewing import DRAFT, Case, Terms


class Review(models.Model):
    """How far one revision is: who wrote on it, who approved it, and its state."""

    site = models.ForeignKey("sites.Site", models.CASCADE)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    revision_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    locale = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=20, default=DRAFT)
    authors = models.JSONField(default=list)
    approvals = models.JSONField(default=list)
    changed_at = InstantField()

    class Meta:
        unique_together = [("kind", "revision_id")]
        indexes = [
            models.Index(fields=["site", "state"], name="review_state"),
            models.Index(fields=["kind", "object_id", "number"], name="review_object"),
        ]

    def case(self) -> Case:
        """Return the review as the machine takes it."""
        return Case(self.state, frozenset(self.authors), frozenset(self.approvals))

    def put(self, case: Case, now: int) -> None:
        """Write what the machine says."""
        self.state, self.changed_at = case.state, now
        self.authors, self.approvals = sorted(case.authors), sorted(case.approvals)
        self.save()


class Step(models.Model):
    """Who did what to a revision, when, and why: append only."""

    review = models.ForeignKey("sites.Review", models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=20)
    actor = models.CharField(max_length=150)
    at = InstantField()
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]


class Remark(models.Model):
    """What somebody said about a revision, or about one row of a matrix."""

    review = models.ForeignKey("sites.Review", models.CASCADE, related_name="remarks")
    row = models.CharField(max_length=80, blank=True, default="")
    text = models.TextField()
    actor = models.CharField(max_length=150)
    at = InstantField()
    settled_by = models.CharField(max_length=150, blank=True, default="")
    settled_at = InstantField(null=True, blank=True)

    class Meta:
        ordering = ["id"]


class ReviewTerms(models.Model):
    """A site's rules of approval; without a row nobody need approve."""

    site = models.OneToOneField("sites.Site", models.CASCADE, related_name="review_terms")
    approvals = models.PositiveSmallIntegerField(
        default=0, help_text="how many people must approve before anything goes live (1: four eyes)"
    )
    self_approval = models.BooleanField(
        default=False, help_text="authors may approve what they wrote themselves"
    )
    reset_on_change = models.BooleanField(
        default=True, help_text="a changed draft has to be approved anew"
    )

    class Meta:
        verbose_name = "approval rules"
        verbose_name_plural = "approval rules"

    def __str__(self) -> str:
        return f"{self.site}: {self.approvals}"

    def terms(self) -> Terms:
        """Return the rules as the machine takes them."""
        return Terms(self.approvals, self.self_approval, self.reset_on_change)


class Schedule(models.Model):
    """A revision goes live at an instant: edited, a new row takes the place of the old."""

    class State(models.TextChoices):
        WAITING = "waiting"
        FIRED = "fired"
        REPLACED = "replaced"
        CANCELLED = "cancelled"
        FAILED = "failed"

    review = models.ForeignKey("sites.Review", models.CASCADE, related_name="schedules")
    at = InstantField()
    zone = models.CharField(max_length=64)
    overrides = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.CharField(max_length=150)
    asked_at = InstantField()
    ended_at = InstantField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=models.Q(state="waiting"), name="schedule_one_waits"
            )
        ]
        indexes = [
            models.Index(fields=["at"], condition=models.Q(state="waiting"), name="schedule_due")
        ]


class Freeze(models.Model):
    """From when until when nothing of a site goes live but a rollback or an undo."""

    site = models.ForeignKey("sites.Site", models.CASCADE, related_name="freezes")
    name = models.CharField(max_length=120)
    start_at = InstantField()
    until_at = InstantField()
    zone = models.CharField(max_length=64, default="UTC")
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["start_at"]

    def __str__(self) -> str:
        return self.name
