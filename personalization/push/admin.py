"""The outbox in the admin: what is still to be sent."""

from __future__ import annotations

from django.contrib import admin

from personalization.push.models import Outbox
from personalization.sites.scoped import OperatorAdmin, instant


@admin.register(Outbox)
class OutboxAdmin(OperatorAdmin):
    """What waits to leave; the oldest stands first."""

    ordering = ("pk",)
    list_display = ("id", "site_id", "kind", "subject", instant("written_at", "written"))
    fields = list_display[1:]
