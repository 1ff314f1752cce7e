"""The vigil: every half minute somebody looks for what is wrong, whoever of the house is alive."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

from personalization.flows import measuring
from personalization.flows.alarms.registry import UnknownError, shelf
from personalization.plant import gauges
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.push import coalescing, news
from personalization.sites import sirens
from personalization.sites.alarms import Alarm, Vigil
from personalization.sites.models import Generation
from personalization.sites.sirens import Found, Turned

logger = logging.getLogger(__name__)
EVERY = 30 * SECOND
LATE = 75 * SECOND
"""After so long others look too: a worker of another lane, and whoever opens the page."""
MOST = 200
"""Alarms of one kind that are kept at once."""
NAMES = {"segment": "segments", "fallback": "slots", "decide": "slots"}
"""What the subject of an alarm is to listeners."""


def step(clock: Clock, every: int = EVERY) -> int:
    """Look where it is time, and measure; one process at a time. Return whether somebody did."""
    now = clock.now()
    held = Vigil.objects.filter(pk=1).first() or Vigil.objects.get_or_create(pk=1)[0]
    if not _is_time(held.looked_at, now, every):
        return 0
    with transaction.atomic():
        rows = Vigil.objects.select_for_update(skip_locked=True).filter(pk=1)
        mine = rows.first()
        if mine is None or not _is_time(mine.looked_at, now, every):
            return 0
        if _is_time(mine.measured_at, now, gauges.EVERY) and every == EVERY:
            measuring.measure(now)
            rows.update(measured_at=now)
        look(now)
        rows.update(looked_at=now)
    return 1


def _is_time(last: int, now: int, every: int) -> bool:
    """Return whether it is time again; a clock that was set back says nothing about how long."""
    return not 0 <= now - last < every


def look(now: int) -> Turned:
    """Look for every kind of alarm, write what was found, and tell who listens."""
    found: dict[str, list[Found]] = {}
    for name, kind in shelf.items():
        try:
            with transaction.atomic():
                found[name] = list(kind.look(now))[:MOST]
        except UnknownError:
            logger.debug("it cannot be told whether there is an alarm: %s", name)
        except Exception:
            logger.exception("the alarm %s cannot be looked for", name)
    turned = sirens.keep(found, {name: kind.patience for name, kind in shelf.items()}, now)
    sirens.sweep(now, list(shelf))
    _tell(turned, now)
    return turned


def _tell(turned: Turned, now: int) -> None:
    """Let the sites' listeners know; what is about the installation concerns none of them."""
    both = (("alarm.raised", turned.raised), ("alarm.cleared", turned.over))
    told: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    for kind, rows in both:
        for row in rows:
            if row.site_id is not None:
                told.setdefault(row.site_id, []).append((kind, _thin(row)))
    generations = dict(Generation.objects.filter(site_id__in=told).values_list("site", "number"))
    for site, pieces in told.items():
        number = generations.get(site, 0)
        news.write(
            site, number, [(kind, {**data, "generation": number}) for kind, data in pieces], now
        )


def _thin(row: Alarm) -> dict[str, Any]:
    """Return what is told of an alarm: its kind, and the segment or slot it is about."""
    lists = {NAMES[row.kind]: [row.subject]} if row.kind in NAMES else {}
    return coalescing.thin(0, row.kind, **lists)
