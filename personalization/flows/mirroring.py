"""Mirroring: variants show what their entries say, or nothing: their slots have a fallback."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction

from personalization.content.sources import Binding
from personalization.flows import filling, flipping
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.sites import freezes
from personalization.sites.models import Generation, Publication

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Variants that are brought up to their entries in one publish."""
PATIENCE = 20 * SECOND
"""So long what a sync changed waits for the rest of it."""


def step(clock: Clock, most: int = AT_ONCE) -> int:
    """Bring variants of a site up to their entries, in one publish; return how many."""
    taken: list[int] = []
    try:
        with transaction.atomic():
            bindings = _waiting(clock.now(), most)
            taken = [one.pk for one in bindings]
            begun = [publication for one in bindings for publication in _settled(one, clock)]
            if begun:
                flipping.together(begun, clock)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("bindings %s cannot be published", taken)
        if len(taken) > 1:
            return step(clock, 1)
        _note(taken, fault)
    return len(taken)


def _waiting(now: int, most: int) -> list[Binding]:
    """Return the bindings of one site that wait, locked.

    In a sync they wait for each other, in a freeze for its end.
    """
    stale = Binding.objects.filter(stale=True).order_by("pk")
    stale = stale.exclude(source__site_id__in=freezes.frozen(now))
    stale = stale.exclude(source__sync_began_at__gt=now - PATIENCE)
    first = stale.values_list("source__site_id", flat=True).first()
    if first is None:
        return []
    mine = stale.filter(source__site_id=first).select_related("source", "variant__slot")
    bindings = list(mine.select_for_update(skip_locked=True, of=("self",))[:most])
    if bindings:
        Generation.objects.get_or_create(site_id=first)
    return bindings


def _settled(binding: Binding, clock: Clock) -> list[Publication]:
    """Return what is to be put in force for a binding; one that cannot be settled keeps none."""
    try:
        with transaction.atomic():
            return filling.settle(binding, clock)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("binding %s cannot be settled", binding.pk)
        _note([binding.pk], fault)
        return []


def _note(bindings: list[int], fault: Exception) -> None:
    fresh = {"stale": False, "fault": f"not shown: {fault!r}"[:300]}
    Binding.objects.filter(pk__in=bindings).update(**fresh)
