"""Admin pages that show only the sites of whoever looks, and ask the role before every change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField, Model, OuterRef, QuerySet, Subquery
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext

from personalization.plant import instants
from personalization.plant.bounded import BoundedPaginator
from personalization.sites import audit, codewords, documents, inuse, roles
from personalization.sites.models import Site
from personalization.sites.phrasebook import spoken

OF_SITE = Subquery(Site.objects.filter(pk=OuterRef("site_id")).values("name")[:1])


def caller(request: HttpRequest) -> roles.Caller:
    """Return who looks, read once a request."""
    kept = vars(request)
    if "caller" not in kept:
        kept["caller"] = roles.of_user(request.user)
    found: roles.Caller = kept["caller"]
    return found


class ScopedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of one's own sites; ``site_path`` leads from a row to its site's id."""

    site_path = "site_id"
    view_role = "viewer"
    add_role = "editor"
    change_role = "editor"
    delete_role = "owner"
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    list_max_show_all = 0
    actions = None

    def site_of(self, row: Model) -> int | None:
        """Return the id of the site the row belongs to."""
        found: int | None = attrgetter(self.site_path.replace("__", "."))(row)
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = caller(request).scope(super().get_queryset(request), self.site_path, self.view_role)
        return rows.annotate(of_site=OF_SITE) if "of_site" in self.list_display else rows

    @admin.display(description="site")
    def of_site(self, row: Any) -> str:
        """Return the site's name where a row keeps its number alone."""
        return row.of_site or "-"

    def _may(self, request: HttpRequest, role: str, row: Model | None) -> bool:
        who = caller(request)
        return who.may_somewhere(role) if row is None else who.may(role, self.site_of(row))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.view_role, None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.view_role, obj)

    def has_add_permission(self, request: HttpRequest, *_: object) -> bool:
        return self._may(request, self.add_role, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.change_role, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.delete_role, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = tuple(super().get_readonly_fields(request, obj))
        return (*fixed, "site") if obj and hasattr(obj, "site") else fixed

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer, and accept, only rows of sites on which the caller may change something."""
        related = self.admin_site._registry.get(db_field.remote_field.model)  # noqa: SLF001
        if isinstance(related, ScopedAdmin):
            rows = related.get_queryset(request)
            kwargs["queryset"] = caller(request).scope(rows, related.site_path, self.add_role)
            if related.model is Site and len(only := kwargs["queryset"][:2]) == 1:
                kwargs.setdefault("initial", only[0].pk)  # nobody chooses from one
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> None:
        """No model of ours has one."""

    def save_model(
        self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        action = "changed" if change else "created"
        self.remember(request, action, obj, {"fields": list(form.changed_data)})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remember(request, "deleted", obj, {"was": str(obj)})
        super().delete_model(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let what is in use stay: the page names its uses, as it names protected rows."""
        deletable, counts, missing, protected = super().get_deleted_objects(objs, request)
        why = [said for row in objs for said in inuse.reasons(row)]
        return deletable, counts, set() if why else missing, [*protected, *why]

    def remember(
        self, request: HttpRequest, action: str, row: Model, detail: dict[str, object]
    ) -> None:
        """Write the change to the audit."""
        audit.record(self.site_of(row), caller(request).actor, action, row, detail)


class ReadOnlyAdmin(ScopedAdmin):
    """Pages to look at: what the machine wrote is not edited by hand."""

    def has_add_permission(self, request: HttpRequest, *_: object) -> bool:
        return False

    def has_change_permission(
        self,
        request: HttpRequest,
        obj: Any = None,
    ) -> bool:
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,
        obj: Any = None,
    ) -> bool:
        return False


class SearchedAdmin(ReadOnlyAdmin):
    """Pages of large tables without an order by site: superusers browse, others search."""

    def found(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Return the rows a search term means, by indexed columns alone."""
        raise TypeError(f"{type(self).__name__} does not say how to find {term}")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            return self.found(request, queryset, search_term), False
        return (queryset if caller(request).roles is None else queryset.none()), False


class CodedFilter(admin.AllValuesFieldListFilter):
    """Filters by a word of the code, which its links say in the reader's language."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": codewords.worded(str(choice["display"]))}


class OperatorAdmin(ReadOnlyAdmin):
    """Pages about the whole installation: for superusers only."""

    def _may(self, request: HttpRequest, role: str, row: Model | None) -> bool:
        return caller(request).roles is None


def instant(field: str, label: str = "") -> Callable[[Model], str]:
    """Return a column that shows an instant as people read it, in UTC."""

    @admin.display(description=label or field.replace("_", " "))
    def column(row: Model) -> str:
        value = attrgetter(field)(row)
        return moment(said(value)) if value is not None else "-"

    return column


def coded(field: str) -> Callable[[Model], str]:
    """Return a column that shows a word of the code in the reader's language."""

    @admin.display(description=field.replace("_", " "), ordering=field)
    def column(row: Model) -> str:
        return codewords.worded(getattr(row, field))

    return column


def sentence(field: str) -> Callable[[Model], str]:
    """Return a column that shows a stored sentence of ours in the reader's language."""

    @admin.display(description=field.replace("_", " "), ordering=field)
    def column(row: Model) -> str:
        return spoken(getattr(row, field))

    return column


def said(value: int) -> str:
    """Return an instant with its zone, to the second."""
    return f"{instants.to_datetime(value):%Y-%m-%d %H:%M:%S} UTC"


def moment(told: str) -> str:
    """Return an instant in words that is never broken into lines."""
    return format_html('<span class="desk-when">{}</span>', told)


def document(field: str, label: str = "") -> Callable[[Model], str]:
    """Return a column that shows a JSON document indented."""

    @admin.display(description=label or field)
    def column(row: Model) -> str:
        return documents.as_block(attrgetter(field)(row))

    return column


def profile_link(field: str = "profile") -> Callable[[Model], str]:
    """Return a column that links a profile's id to its page."""

    @admin.display(description="profile")
    def column(row: Model) -> str:
        profile = attrgetter(field)(row)
        return format_html('<a href="/admin/desk/profiles/{}/">{}</a>', profile, profile)

    return column


def preview_link(field: str = "pk") -> Callable[[Model], str]:
    """Return a column that leads to a slot's previews."""

    @admin.display(description="preview")
    def column(row: Model) -> str:
        slot = attrgetter(field)(row)
        return format_html(
            '<a href="/admin/desk/preview-links/{}/">{}</a>', slot, gettext("Preview as somebody")
        )

    return column


def by_profile(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    """Return the rows of the profile whose id was searched for; all of them without a search."""
    return rows.filter(profile=uuid_of(term)) if term else rows


def uuid_of(text: str) -> UUID | None:
    """Return the UUID somebody typed, or None."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None
