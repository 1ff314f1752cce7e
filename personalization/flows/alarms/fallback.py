"""A slot is on its fallback: for a larger share of decisions than in the day before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from personalization.content.models import Slot
from personalization.decisions import pace
from personalization.flows.alarms.registry import CRITICAL, WARNING, Kind, Page, shelf
from personalization.sites.sirens import Found
from rules import jumps

LEAST, LEAST_BEFORE = 50, 200
"""So many decisions say something about a share."""
RISE, MOST = 0.2, 0.9


def look(now: int) -> Iterator[Found]:
    """Find the slots whose share of fallbacks rose within the last hour."""
    paces = pace.slots(now)
    rows = Slot.objects.filter(key__in={slot for _site, slot in paces})
    pks = {(row.site_id, row.key): row.pk for row in rows}
    for (site, slot), one in paces.items():
        lately, before = one.of(pace.FALLBACK)
        known = lately[1] >= LEAST and before[1] >= LEAST_BEFORE and (site, slot) in pks
        if known and jumps.is_worse(lately, before, RISE):
            shares = [round(100 * bad / of) for bad, of in (lately, before)]
            told = {"slot": slot, "now": shares[0], "before": shares[1], "pk": pks[site, slot]}
            grade = CRITICAL if lately[0] >= MOST * lately[1] else WARNING
            yield Found(site, slot, grade, told)


def page(subject: str, told: Mapping[str, int]) -> Page:  # noqa: ARG001
    """Lead to the slot."""
    return "admin:content_slot_change", [told["pk"]]


shelf.put(
    "fallback",
    Kind(
        title=_("Slot on its fallback"),
        says=_(
            "%(slot)s fell back for %(now)s %% of the last hour's decisions, for %(before)s %% of "
            "those of the day before."
        ),
        remedy=_(
            "See what was published last for the slot, its variants and their sources; undo it."
        ),
        patience=0,
        look=look,
        page=page,
    ),
)
