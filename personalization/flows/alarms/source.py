"""A connection to a CMS is stale: it fails, or was not read for too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from personalization.content.sources import Source
from personalization.flows.alarms.registry import HOUR, MINUTE, WARNING, Kind, Page, shelf
from personalization.sites.sirens import Found

LATE = HOUR
"""So long after it was due a read is late."""
MOST = 200


def look(now: int) -> Iterator[Found]:
    """Find sources whose last read failed, or is overdue."""
    fails = Q(last_fault_at__gte=F("last_read_at"))  # a read that fails is a read as well
    rows = Source.objects.filter(enabled=True).exclude(url="")
    for one in rows.filter(fails | Q(sync_due__lt=now - LATE)).order_by("pk")[:MOST]:
        told = {
            "source": one.slug,
            "last_at": one.last_read_at or one.last_hook_at or 0,
            "why": one.last_fault[:200] or "-",
            "pk": one.pk,
        }
        yield Found(one.site_id, one.slug, WARNING, told)


def page(subject: str, told: Mapping[str, int]) -> Page:  # noqa: ARG001
    """Lead to the source."""
    return "admin:content_source_change", [told["pk"]]


shelf.put(
    "source",
    Kind(
        title=_("Content is stale"),
        says=_("%(source)s was last read at %(last_at)s: %(why)s"),
        remedy=_("Check its address and token, then let it be read again; hooks alone lose news."),
        patience=5 * MINUTE,
        look=look,
        page=page,
    ),
)
