"""The admin page of sets of segments: saving makes a draft, as for a segment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from personalization.segments import sets
from personalization.segments.models import SegmentSet, SegmentSetRevision
from personalization.sites import faults
from personalization.sites.documents import DocumentField
from personalization.sites.revised import RevisedAdmin
from personalization.sites.scoped import caller
from rules.errors import InvalidError

HINT = {
    "enter_after": "chosen for this long before anybody switches to it, like 30m",
    "min_stay": "no switch sooner than this after the last one",
}
SETTINGS = (*HINT, "max_moves_per_day")


class SegmentSetForm(forms.ModelForm):  # type: ignore[type-arg]
    """A set and, as its newest revision, its members and the stability settings."""

    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    document = DocumentField(
        check=sets.check,
        widget=forms.Textarea(attrs={"rows": 20, "class": "document"}),
        help_text='JSON: <code>{"members": [{"name": "loyal", "when": {"event": "Order Completed", '
        '"within": "90d", "operator": "at_least", "value": 3}}], "default": "visitor", '
        '"provisional": {"name": "new", "until": {"event": "Product Viewed"}, "for": "1h"}}</code>'
        ". The first member whose condition is true is the one.",
    )
    enter_after = forms.CharField(required=False, help_text=HINT["enter_after"])
    min_stay = forms.CharField(required=False, help_text=HINT["min_stay"])
    max_moves_per_day = forms.IntegerField(required=False, min_value=1, max_value=9_999)
    note = forms.CharField(required=False, max_length=300, help_text="what this revision changes")

    class Meta:
        model = SegmentSet
        fields = ("site", "slug", "name", "description", "visible")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = self.instance.revisions.first() if self.instance.pk else None
        if newest:
            self.initial.update({"document": sets.ordered(newest.document), **newest.stability})

    def stability(self) -> dict[str, object]:
        """Return the stability settings as the revision keeps them."""
        return {name: self.cleaned_data[name] for name in SETTINGS if self.cleaned_data.get(name)}

    def clean(self) -> dict[str, Any]:
        """Check the durations together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            sets.stability_check(self.stability())
        except InvalidError as fault:
            raise ValidationError({fault.at.rpartition("/")[2]: faults.said(fault)}) from fault
        return data


@admin.register(SegmentSet)
class SegmentSetAdmin(RevisedAdmin):
    """Sets of segments, of which everybody is in exactly one."""

    kind = "set"
    form = SegmentSetForm
    revision_fields = frozenset({"document", "note", *SETTINGS})
    list_display = ("name", "slug", "site", "live_number", "in_words", "visible")
    list_filter = (("site", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("site", "live")
    search_fields = ("slug", "name")
    fieldsets = (
        (None, {"fields": ("site", "name", "slug", "description", "visible")}),
        ("Who is where", {"fields": ("document",)}),
        ("How firmly", {"fields": (SETTINGS,)}),
        (None, {"fields": ("note",)}),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "slug") if obj else ()

    def draft(self, request: HttpRequest, row: SegmentSet, form: Any) -> SegmentSetRevision:
        data = form.cleaned_data
        author = caller(request).actor
        return sets.draft(row, data["document"], form.stability(), author, data["note"])

    def words(self, revision: SegmentSetRevision) -> str:
        return sets.words(revision.document)

    @admin.display(description="live")
    def live_number(self, row: SegmentSet) -> str:
        return f"r{row.live.number}" if row.live else "not yet"

    @admin.display(description="who is where")
    def in_words(self, row: SegmentSet) -> str:
        return sets.words(row.live.document) if row.live else "-"
