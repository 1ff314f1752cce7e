"""Approval rules and freezes in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from personalization.sites import faults
from personalization.sites.reviews import Freeze, ReviewTerms
from personalization.sites.scoped import ScopedAdmin
from rules import appointments
from rules.errors import InvalidError

WALL = "a wall time of the zone, like 2026-12-24T00:00"


@admin.register(ReviewTerms)
class ReviewTermsAdmin(ScopedAdmin):
    """How many people must approve before anything of a site goes live."""

    add_role = change_role = "owner"
    list_display = ("site", "approvals", "self_approval", "reset_on_change")
    list_select_related = ("site",)
    fields = ("site", "approvals", "self_approval", "reset_on_change")


class FreezeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A freeze, from when until when, in a zone."""

    start = forms.CharField(help_text=WALL)
    until = forms.CharField(help_text=WALL)

    class Meta:
        model = Freeze
        fields = ("site", "name", "zone", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            for name in ("start", "until"):
                instant = getattr(self.instance, f"{name}_at")
                self.initial[name] = appointments.wall(instant, self.instance.zone)

    def clean(self) -> dict[str, Any]:
        """Turn the wall times into instants; a time that is none, or two, is refused."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("start", "until"):
            try:
                at = appointments.instant(data.get(name, ""), data.get("zone", ""))
            except InvalidError as fault:
                field = "zone" if fault.at == "/zone" else name
                raise ValidationError({field: faults.said(fault)}) from fault
            setattr(self.instance, f"{name}_at", at)
        if self.instance.until_at <= self.instance.start_at:
            raise ValidationError({"until": gettext("Expected a time after the start.")})
        return data


@admin.register(Freeze)
class FreezeAdmin(ScopedAdmin):
    """When nothing of a site goes live but a rollback or an undo."""

    form = FreezeForm
    add_role = change_role = delete_role = "owner"
    list_display = ("name", "site", "starts", "ends", "note")
    list_select_related = ("site",)
    fields = ("site", "name", "zone", "start", "until", "note")

    @admin.display(description="from")
    def starts(self, row: Freeze) -> str:
        return appointments.said(row.start_at, row.zone)

    @admin.display(description="until")
    def ends(self, row: Freeze) -> str:
        return appointments.said(row.until_at, row.zone)
