"""Decision matrices and the decision log in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from personalization.decisions import drafts, table
from personalization.decisions.models import LoggedDecision, Matrix, MatrixRevision
from personalization.sites.documents import DocumentField, checked
from personalization.sites.revised import RevisedAdmin
from personalization.sites.scoped import (
    ReadOnlyAdmin,
    by_profile,
    caller,
    document,
    instant,
    preview_link,
    profile_link,
)

PREVIEW = preview_link("slot_id")


class MatrixForm(forms.ModelForm):  # type: ignore[type-arg]
    """A matrix and, as its newest revision, the whole document."""

    document = DocumentField(
        check=drafts.check,
        widget=forms.Textarea(attrs={"rows": 24, "class": "document"}),
        help_text='JSON: {"hit_policy": "first", "slot": "home.hero", "rows": [{"id": "1", "when": '
        '{"segment": "vip"}, "then": {"variant": "sale"}}], "fallback": ["baseline"]}',
    )
    note = forms.CharField(required=False, max_length=300, help_text="what this revision changes")

    class Meta:
        model = Matrix
        fields = ("slot",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = self.instance.revisions.first() if self.instance.pk else None
        if newest:
            self.initial["document"] = drafts.ordered(newest.document)

    def clean(self) -> dict[str, Any]:
        """Check that the document is about this matrix's slot."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        slot = data.get("slot") or (self.instance.slot if self.instance.pk else None)
        if slot and "document" in data:
            try:
                checked(lambda document: drafts.check(document, slot.key), data["document"])
            except ValidationError as fault:
                self.add_error("document", fault)
        return data


@admin.register(Matrix)
class MatrixAdmin(RevisedAdmin):
    """Matrices, shown as a table: saving makes a draft, publishing has its own button."""

    kind = "matrix"
    site_path = "slot__site_id"
    form = MatrixForm
    revision_fields = frozenset({"document", "note"})
    list_display = ("slot", "site", "live_number", "newest", PREVIEW)
    list_select_related = ("slot__site", "live")
    autocomplete_fields = ("slot",)
    search_fields = ("slot__key",)
    fields = ("slot", "document", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("slot", PREVIEW) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.fields, PREVIEW) if obj else self.fields

    def draft(self, request: HttpRequest, row: Matrix, form: Any) -> MatrixRevision:
        data = form.cleaned_data
        return drafts.draft(row, data["document"], caller(request).actor, data["note"])

    def words(self, revision: MatrixRevision) -> str:
        return table.summary(revision.document)

    def render_change_form(self, request: Any, context: Any, *args: Any, **options: Any) -> Any:
        """Show the newest revision as a table above the form."""
        row = options.get("obj")
        newest = row.revisions.first() if row else None
        context["table"] = table.of(newest.document) if newest else None
        context["table_of"] = newest
        context["grid"] = reverse("desk:sheet", args=[row.pk]) if row else None
        context["findings"] = drafts.remarks(newest.document) if newest else []
        return super().render_change_form(request, context, *args, **options)

    @admin.display(description="site")
    def site(self, row: Matrix) -> str:
        return row.slot.site.name

    @admin.display(description="live")
    def live_number(self, row: Matrix) -> str:
        return f"r{row.live.number}" if row.live else "not yet"

    @admin.display(description="newest")
    def newest(self, row: Matrix) -> str:
        newest = row.revisions.first()
        return f"r{newest.number}, {newest.status}" if newest else "-"


@admin.register(LoggedDecision)
class LoggedDecisionAdmin(ReadOnlyAdmin):
    """Every change of an answer, with the values seen; search by profile id."""

    list_display = (
        *("id", profile_link(), "slot", "variant", "reason", "row", "revision", "generation"),
        instant("decided_at", "decided"),
    )
    fields = (*list_display[1:], "propensity", document("values", "values seen"))
    search_fields = ("profile",)
    search_help_text = "a profile's id"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by the indexed column alone."""
        return by_profile(queryset, search_term), False
