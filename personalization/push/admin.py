"""The outbox and the deliveries in the admin: what is still to be sent, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from personalization.plant import clock
from personalization.push import board, deliveries
from personalization.push.models import Delivery, Outbox
from personalization.sites.scoped import (
    CodedFilter,
    OperatorAdmin,
    ReadOnlyAdmin,
    caller,
    coded,
    document,
    instant,
)

BESIDE = (board,)
"""Pages that stand in files of their own."""


@admin.register(Outbox)
class OutboxAdmin(OperatorAdmin):
    """What waits to leave; the oldest stands first."""

    ordering = ("pk",)
    list_display = ("id", "of_site", coded("kind"), "subject", instant("written_at", "written"))
    fields = list_display[1:]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What leaves for other servers: waiting, done, or dead, and then it can be sent again."""

    list_display = (
        *("id", coded("kind"), "lane", "state", "attempts", "status", "ms", coded("error")),
        *(instant("written_at", "written"), instant("due"), instant("ended_at", "ended")),
    )
    fields = ("site", "key", *list_display[1:], document("payload", "what is sent"),
              document("headers", "headers of the answer"), "answer")  # fmt: skip
    list_filter = ("state", ("kind", CodedFilter))
    search_fields = ("lane",)
    search_help_text = "a lane, like endpoint:3"
    list_select_related = ("site",)
    actions = ("replay",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by the indexed column alone."""
        return (queryset.filter(lane=search_term) if search_term else queryset), False

    @admin.action(description="Send once more", permissions=["view"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let the selected ones wait again under their key, on sites the caller publishes on."""
        mine = caller(request).scope(queryset, "site_id", "publisher")
        count = deliveries.replay(mine.values_list("pk", flat=True), clock.system.now())
        for row in mine:
            self.remember(request, "replayed", row, {"key": row.key})
        messages.info(request, gettext("%(count)d deliveries wait again.") % {"count": count})
