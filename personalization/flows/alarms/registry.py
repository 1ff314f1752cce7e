"""The shelf of alarms: what can be wrong, how it is found, what it says and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from personalization.plant.instants import SECOND
from personalization.sites.alarms import Alarm
from personalization.sites.sirens import Found
from rules.registry import Shelf

MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
WARNING, CRITICAL = Alarm.Grade.WARNING.value, Alarm.Grade.CRITICAL.value
Page = tuple[str, list[Any]]
"""The name of an address of the admin, and its arguments."""


class UnknownError(Exception):
    """It cannot be told now whether something is wrong: alarms of the kind stay as they are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alarm: one file in this package, put on the shelf by its name.

    ``says`` and ``remedy`` are sentences with the figures of ``Found.told`` by name; those that end
    on ``_at`` are instants. ``patience`` is how long it must last before it is an alarm, in
    microseconds. ``look`` returns what is wrong at an instant, in a constant number of queries.
    ``page`` is where one goes about it.
    """

    title: Any
    says: Any
    remedy: Any
    patience: int
    look: Callable[[int], Iterable[Found]]
    page: Callable[[str, Mapping[str, Any]], Page]


shelf = Shelf[Kind]("personalization.flows.alarms")
"""Every kind of alarm by its name."""


def at(name: str, *args: Any) -> Callable[[str, Mapping[str, Any]], Page]:
    """Return the function that always leads to one page."""
    return lambda _subject, _told: (name, list(args))
