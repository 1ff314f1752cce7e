"""Deciding fails: answers of a slot end in an error, and its visitors see the fallback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from personalization.content.models import Slot
from personalization.decisions import pace
from personalization.flows.alarms.registry import CRITICAL, WARNING, Kind, Page, shelf
from personalization.sites.sirens import Found

LEAST, SHARE, MUCH = 5, 0.01, 0.25
"""So many errors, and so large a share of the last hour's decisions; a quarter is critical."""


def look(now: int) -> Iterator[Found]:
    """Find the slots whose decisions of the last hour end in errors."""
    paces = pace.slots(now)
    rows = Slot.objects.filter(key__in={slot for _site, slot in paces})
    pks = {(row.site_id, row.key): row.pk for row in rows}
    for (site, slot), one in paces.items():
        (bad, of), _before = one.of(pace.ERROR)
        if bad >= LEAST and bad >= SHARE * of and (site, slot) in pks:
            told = {"slot": slot, "count": bad, "of": of, "pk": pks[site, slot]}
            yield Found(site, slot, CRITICAL if bad >= MUCH * of else WARNING, told)


def page(subject: str, told: Mapping[str, int]) -> Page:  # noqa: ARG001
    """Lead to the slot."""
    return "admin:content_slot_change", [told["pk"]]


shelf.put(
    "decide",
    Kind(
        title=_("Deciding fails"),
        says=_("%(count)s of %(of)s decisions of the last hour for %(slot)s ended in an error."),
        remedy=_("Explain one of them: rows that contradict each other, or a log line, say why."),
        patience=0,
        look=look,
        page=page,
    ),
)
