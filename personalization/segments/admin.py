"""Segments, their moves and timers in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from personalization.segments import board, drafts, history, roster, sets_page, stages
from personalization.segments.models import (
    Move,
    Segment,
    SegmentRevision,
    StageRules,
    StageRulesRevision,
    Timer,
)
from personalization.sites import faults
from personalization.sites.documents import DocumentField
from personalization.sites.phrasebook import spoken
from personalization.sites.revised import RevisedAdmin
from personalization.sites.scoped import (
    OperatorAdmin,
    ReadOnlyAdmin,
    by_profile,
    caller,
    coded,
    document,
    instant,
    profile_link,
)
from rules import canonical
from rules.errors import InvalidError
from rules.wording import words

BESIDE = (board, roster, sets_page)
"""Pages that stand in files of their own."""
HINT = {
    "enter_after": "true for this long before entering, like 30m",
    "exit_after": "not true for this long before leaving, like 1h",
    "min_stay": "no exit sooner than this after entering",
}


class SegmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A segment and, as its newest revision, the condition and the stability settings."""

    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    condition = DocumentField(
        check=drafts.check,
        widget=forms.Textarea(attrs={"rows": 14, "class": "document"}),
        help_text='JSON: <code>{"attribute": "traits.plan", "operator": "equals", "value": "pro"}'
        '</code>, <code>{"all": [...]}</code>, '
        '<code>{"event": "Order Completed", "within": "30d"}</code>; '
        '<code>{"everyone": true}</code> is the explicit choice of everyone',
    )
    enter_after = forms.CharField(required=False, help_text=HINT["enter_after"])
    exit_after = forms.CharField(required=False, help_text=HINT["exit_after"])
    min_stay = forms.CharField(required=False, help_text=HINT["min_stay"])
    max_moves_per_day = forms.IntegerField(required=False, min_value=1, max_value=9_999)
    note = forms.CharField(required=False, max_length=300, help_text="what this revision changes")

    class Meta:
        model = Segment
        fields = ("site", "slug", "name", "description", "visible")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = self.instance.revisions.first() if self.instance.pk else None
        self.fields["condition"].required = bool(self.instance.pk)
        if newest:
            self.initial.update({"condition": ordered(newest.condition), **newest.stability})

    def stability(self) -> dict[str, object]:
        """Return the stability settings as the revision keeps them."""
        names = (*HINT, "max_moves_per_day")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    def clean(self) -> dict[str, Any]:
        """Check the durations together, and that nothing is said of a condition there is not."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("condition", "") is None and (self.stability() or data.get("note")):
            self.add_error("condition", gettext("Expected a condition, where more is said of it."))
        try:
            drafts.stability_of(self.stability())
        except InvalidError as fault:
            raise ValidationError({fault.at.rpartition("/")[2]: faults.said(fault)}) from fault
        return data


@admin.register(Segment)
class SegmentAdmin(RevisedAdmin):
    """Segments: saving makes a draft, publishing has its own button."""

    kind = "segment"
    builder, content = "desk:segment", "condition"
    change_form_template = "admin/segment_form.html"
    form = SegmentForm
    revision_fields = frozenset({"condition", "note", "max_moves_per_day", *HINT})
    list_display = ("name", "slug", "site", "live_number", "in_words", "visible")
    list_filter = (("site", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("site", "live")
    search_fields = ("slug", "name")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("site", "name", "slug", "description", "visible")}),
        ("Who is in", {"fields": ("condition",)}),
        ("How firmly", {"fields": (tuple(HINT)[:2], (tuple(HINT)[2], "max_moves_per_day"))}),
        (None, {"fields": ("note",)}),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a new segment's name alone; what follows is built as a sentence."""
        if obj:
            return self.fieldsets
        named, *rest = self.fieldsets
        fields = tuple(field for _, told in rest for field in told["fields"])
        return named, (gettext("Or all of it as JSON"), {"fields": fields, "classes": ["collapse"]})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "slug") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the segments that are written here; members of sets are written with their set."""
        return super().get_queryset(request).filter(part_of=None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave deleting to the desk's page, which refuses it while something uses the segment."""
        return False

    def draft(self, request: HttpRequest, row: Segment, form: Any) -> SegmentRevision:
        data = form.cleaned_data
        author = caller(request).actor
        return drafts.draft(row, data["condition"], form.stability(), author, data["note"])

    def words(self, revision: SegmentRevision) -> str:
        return said(revision)

    @admin.display(description="live")
    def live_number(self, row: Segment) -> str:
        return f"r{row.live.number}" if row.live else gettext("not yet")

    @admin.display(description="who is in")
    def in_words(self, row: Segment) -> str:
        return said(row.live) if row.live else "-"


def ordered(condition: object) -> object:
    """Return a stored condition with its keys in the order people write them."""
    try:
        return canonical.document(drafts.check(condition))
    except InvalidError:
        return condition


def said(revision: SegmentRevision) -> str:
    """Return a revision's condition in words, or why it cannot be read any more."""
    try:
        return words(drafts.check(revision.condition))
    except InvalidError as fault:
        return gettext("not valid: %(why)s") % {"why": spoken(str(fault))}


class StageRulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """A site's stage rules and, as their newest revision, the whole document."""

    document = DocumentField(
        check=stages.check,
        widget=forms.Textarea(attrs={"rows": 24, "class": "document"}),
        help_text='JSON: <code>{"rules": [{"id": "loyal", "priority": 30, "when": {"event": '
        '"Order Completed", "within": "365d", "operator": "at_least", "value": 3}, "conclude": '
        '{"derived.stage": "loyalty"}}, {"id": "invite", "when": {"attribute": "derived.stage", '
        '"operator": "equals", "value": "loyalty"}, "conclude": {"derived.next": "club"}}]}</code>'
        ". The true rule with the highest priority settles an attribute.",
    )
    note = forms.CharField(required=False, max_length=300, help_text="what this revision changes")

    class Meta:
        model = StageRules
        fields = ("site", "name")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = self.instance.revisions.first() if self.instance.pk else None
        if newest:
            self.initial["document"] = stages.ordered(newest.document)


@admin.register(StageRules)
class StageRulesAdmin(RevisedAdmin):
    """Rules that conclude a person's stage and next best action; one set of them a site."""

    kind = "stages"
    form = StageRulesForm
    revision_fields = frozenset({"document", "note"})
    list_display = ("name", "site", "live_number", "concludes")
    list_select_related = ("site", "live")
    search_fields = ("name",)
    fields = ("site", "name", "document", "note")

    def draft(self, request: HttpRequest, row: StageRules, form: Any) -> StageRulesRevision:
        data = form.cleaned_data
        return stages.draft(row, data["document"], caller(request).actor, data["note"])

    def words(self, revision: StageRulesRevision) -> str:
        return stages.words(revision.document)

    @admin.display(description="live")
    def live_number(self, row: StageRules) -> str:
        return f"r{row.live.number}" if row.live else gettext("not yet")

    @admin.display(description="concludes")
    def concludes(self, row: StageRules) -> str:
        return ", ".join(stages.attributes(row.live.document)) if row.live else "-"


@admin.register(Move)
class MoveAdmin(ReadOnlyAdmin):
    """Every move with its cause and the values seen; search by profile id."""

    list_display = (
        *("id", profile_link(), "segment", "way", coded("cause")),
        *(instant("effective_at", "happened"), instant("recorded_at", "recorded")),
        *("generation", instant("superseded_at", "corrected")),
    )
    fields = (*list_display[1:], "key", document("values", "values seen"))
    search_fields = ("profile",)
    search_help_text = "a profile's id"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by the indexed column alone."""
        return by_profile(queryset, search_term), False

    @admin.display(description="move")
    def way(self, row: Move) -> str:
        return gettext("entered") if row.entered else gettext("left")

    @admin.display(description="segment")
    def segment(self, row: Move) -> str:
        return vars(row).get("slug") or row.key

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return history.named(super().get_queryset(request))


@admin.register(Timer)
class TimerAdmin(OperatorAdmin):
    """What comes due next."""

    ordering = ("due", "pk")
    list_display = (instant("due"), profile_link(), "of_site")
    fields = list_display
