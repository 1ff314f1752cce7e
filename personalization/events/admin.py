"""Quarantine, imports and the shards' leases in the admin."""

from __future__ import annotations

from django.contrib import admin

from personalization.events.models import ImportRun, Quarantined, Shard
from personalization.sites.scoped import OperatorAdmin, ReadOnlyAdmin, document, instant


@admin.register(Quarantined)
class QuarantinedAdmin(ReadOnlyAdmin):
    """Events that could not be admitted: what is wrong, where, and the event itself."""

    list_display = (
        "id",
        "site",
        "code",
        "at",
        "message",
        "lane",
        instant("received_at", "received"),
    )
    fields = (*list_display[1:], "body")
    list_select_related = ("site",)
    list_filter = ("lane",)
    search_fields = ("code__exact",)
    search_help_text = "the code of the fault, in full"


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """How far the import of each file got."""

    list_display = ("id", "site", "file", "lines", "accepted", "rejected", "finished")
    fields = (*list_display[1:], "fingerprint", document("mapping"))
    list_select_related = ("site",)


@admin.register(Shard)
class ShardAdmin(OperatorAdmin):
    """The leases of the shards, and what went wrong last."""

    ordering = ("lane", "number")
    list_display = ("lane", "number", instant("failed_at", "failed"), "last_error")
    fields = list_display
