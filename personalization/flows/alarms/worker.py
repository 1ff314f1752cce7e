"""A kind of process gives no sign of life: what it does stands still."""

from __future__ import annotations

from collections.abc import Iterator

import redis
from django.utils.translation import gettext_lazy as _

from personalization.flows.alarms.registry import CRITICAL, MINUTE, Kind, UnknownError, at, shelf
from personalization.plant import heartbeat
from personalization.segments.models import StageRules
from personalization.sites.alarms import Vigil
from personalization.sites.sirens import Found

ROLES = ("live", "batch", "scheduler")
CONCLUDING = "inference"
"""Needed only where stage rules are in force."""


def look(now: int) -> Iterator[Found]:
    """Find the roles without a living process; when each was last seen is kept in the vigil."""
    try:
        living = {one["role"].partition("-")[0] for one in heartbeat.living()}
    except redis.RedisError as fault:
        raise UnknownError from fault
    vigil = Vigil.objects.get_or_create(pk=1)[0]
    seen = {role: min(at, now) for role, at in vigil.roles.items()} | dict.fromkeys(living, now)
    needed = (*ROLES, CONCLUDING) if StageRules.objects.exclude(live=None).exists() else ROLES
    missing = [role for role in needed if role not in living]
    for role in missing:
        seen.setdefault(role, now)
    Vigil.objects.filter(pk=1).update(roles=seen)
    for role in missing:
        yield Found(None, role, CRITICAL, {"role": role, "last_at": seen[role]}, seen[role])


shelf.put(
    "worker",
    Kind(
        title=_("Worker not running"),
        says=_("No %(role)s process gives a sign of life, since %(last_at)s."),
        remedy=_(
            "Start it (manage.py up, or its unit), and look at its log. Until then segments, "
            "pushes or recurring work stand still."
        ),
        patience=MINUTE,
        look=look,
        page=at("desk:runs"),
    ),
)
