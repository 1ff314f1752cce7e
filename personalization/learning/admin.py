"""Trained models in the admin: to look at, since only a training writes one."""

from __future__ import annotations

from django.contrib import admin

from personalization.learning.models import TrainedModel
from personalization.sites.scoped import ReadOnlyAdmin, coded, document, instant


@admin.register(TrainedModel)
class TrainedModelAdmin(ReadOnlyAdmin):
    """Every training of a score; the champion is in force."""

    list_display = (
        "id",
        "score",
        coded("kind"),
        "site",
        "champion",
        "rows",
        instant("trained_at", "trained"),
    )
    fields = (*list_display[1:], document("metrics"), document("parameters"))
    list_select_related = ("site",)
