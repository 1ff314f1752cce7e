"""A store is away, or set up so that something would be lost."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from personalization.flows.alarms.registry import CRITICAL, Kind, at, shelf
from personalization.plant import diagnosis
from personalization.plant.instants import SECOND
from personalization.sites.sirens import Found


def look(now: int) -> Iterator[Found]:  # noqa: ARG001 -- every kind is asked the same
    """Find the stores with a fault."""
    for one in diagnosis.services():
        if one.faults:
            yield Found(None, one.name, CRITICAL, {"store": one.name, "fault": one.faults[0][:200]})


shelf.put(
    "store",
    Kind(
        title=_("Store at fault"),
        says=_("%(store)s: %(fault)s"),
        remedy=_("manage.py doctor names the store and what is wrong with it."),
        patience=30 * SECOND,
        look=look,
        page=at("desk:runs"),
    ),
)
