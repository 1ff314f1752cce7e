"""Declared features in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.features import declaration, wordings
from personalization.features.models import Feature
from personalization.sites.codewords import worded
from personalization.sites.documents import DocumentField
from personalization.sites.inuse import used_by
from personalization.sites.scoped import ScopedAdmin
from rules.parser import parse_measure


class FeatureForm(forms.ModelForm):  # type: ignore[type-arg]
    """A feature's name and its measure of events."""

    measure = DocumentField(
        check=parse_measure,
        help_text='JSON: <code>{"event": "Order Completed", "within": "30d", '
        '"measure": {"sum": "properties.revenue"}}</code>',
    )


@admin.register(Feature)
class FeatureAdmin(ScopedAdmin):
    """Features come in force together, when a site's features are published."""

    form = FeatureForm
    fields = ("site", "name", "label", "measure", "purpose", used_by)
    readonly_fields = (used_by,)
    list_display = (
        *("__str__", "label", "site", "aggregate", "filtered", "window", "type"),
        *("purpose", "in_force", "publish"),
    )
    list_filter = (("site", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("site",)
    search_fields = ("name", "label")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "name") if obj else (used_by,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return declaration.with_sets(super().get_queryset(request))

    @admin.display(description=_("aggregate"))
    def aggregate(self, row: Feature) -> str:
        return wordings.of(row.measure).aggregate

    @admin.display(description=_("of events where"))
    def filtered(self, row: Feature) -> str:
        return wordings.of(row.measure).filter

    @admin.display(description=_("window"))
    def window(self, row: Feature) -> str:
        return wordings.of(row.measure).window

    @admin.display(description=_("type"))
    def type(self, row: Feature) -> str:
        return worded(wordings.of(row.measure).type)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, row: Feature) -> bool:
        return declaration.is_in_force(row)

    @admin.display(description=_("publish"))
    def publish(self, row: Feature) -> str:
        url = reverse("desk:features", args=[row.site_id])
        told = gettext("publish features of %(site)s") % {"site": row.site.name}
        return format_html('<a href="{}">{}</a>', url, told)
