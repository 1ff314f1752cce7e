"""Decision matrices and the decision log in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from personalization.decisions import drafts, table
from personalization.decisions.models import LoggedDecision, Matrix, MatrixRevision
from personalization.sites.documents import DocumentField, checked
from personalization.sites.revised import RevisedAdmin
from personalization.sites.scoped import (
    ReadOnlyAdmin,
    by_profile,
    caller,
    coded,
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
        help_text='JSON: <code>{"hit_policy": "first", "slot": "home.hero", "rows": [{"id": "1", '
        '"when": {"segment": "vip"}, "then": {"variant": "sale"}}], "fallback": ["baseline"]}'
        "</code>",
    )
    note = forms.CharField(required=False, max_length=300, help_text="what this revision changes")

    class Meta:
        model = Matrix
        fields = ("slot",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = self.instance.revisions.first() if self.instance.pk else None
        self.fields["document"].required = bool(self.instance.pk)
        if newest:
            self.initial["document"] = drafts.ordered(newest.document)

    def clean(self) -> dict[str, Any]:
        """Check that the document is about this matrix's slot."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        slot = data.get("slot") or (self.instance.slot if self.instance.pk else None)
        if data.get("document", "") is None and data.get("note"):
            self.add_error("document", gettext("Expected a document, where more is said of it."))
        elif slot and data.get("document") is not None:
            try:
                checked(lambda document: drafts.check(document, slot.key), data["document"])
            except ValidationError as fault:
                self.add_error("document", fault)
        return data


@admin.register(Matrix)
class MatrixAdmin(RevisedAdmin):
    """Matrices, shown as a table: saving makes a draft, publishing has its own button."""

    kind = "matrix"
    builder, content = "desk:sheet", "document"
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

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a new matrix's slot alone; what follows is filled like a spreadsheet."""
        if obj:
            return [(None, {"fields": (*self.fields, PREVIEW)})]
        more = {"fields": self.fields[1:], "classes": ["collapse"]}
        return (None, {"fields": self.fields[:1]}), (gettext("Or all of it as JSON"), more)

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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the matrices, each with its newest revision's number and status."""
        newest = MatrixRevision.objects.filter(matrix=OuterRef("pk")).order_by("-number")
        rows = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(
            newest_number=Subquery(newest.values("number")[:1]),
            newest_status=Subquery(newest.values("status")[:1]),
        )
        return found

    @admin.display(description="site")
    def site(self, row: Matrix) -> str:
        return row.slot.site.name

    @admin.display(description="live")
    def live_number(self, row: Matrix) -> str:
        return f"r{row.live.number}" if row.live else gettext("not yet")

    @admin.display(description="newest")
    def newest(self, row: Matrix) -> str:
        number, status = (vars(row).get(name) for name in ("newest_number", "newest_status"))
        return f"r{number}, {gettext(MatrixRevision.Status(str(status)).label)}" if number else "-"


@admin.register(LoggedDecision)
class LoggedDecisionAdmin(ReadOnlyAdmin):
    """Every change of an answer, with the values seen; search by profile id."""

    list_display = (
        *(
            "id",
            profile_link(),
            "slot",
            "variant",
            coded("reason"),
            "row",
            "revision",
            "generation",
        ),
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
