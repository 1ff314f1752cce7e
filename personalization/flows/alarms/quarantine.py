"""Quarantine grows: more of a site's events than before cannot be admitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from personalization.flows import backlog
from personalization.flows.alarms.registry import CRITICAL, DAY, HOUR, WARNING, Kind, at, shelf
from personalization.flows.measuring import ACCEPTED, QUARANTINED
from personalization.plant import gauges
from personalization.plant.gauges import Stand
from personalization.sites.sirens import Found
from rules import jumps

LEAST = 20
"""So many events within the hour are worth an alarm."""
RISE = 0.05
"""By so much of all events the share must have risen."""
HALF = 0.5


def look(now: int) -> Iterator[Found]:
    """Find the sites of whose events of the last hour a larger share was set aside than before."""
    held = [gauges.read(name, now - DAY - HOUR, now) for name in (QUARANTINED, ACCEPTED)]
    for site, counts in backlog.balance(None).items():
        totals = (counts.get("quarantined", 0), counts.get("accepted", 0))
        lines = [readings.get((site, ""), []) for readings in held]
        if not all(lines):
            continue
        bad, of = (_lately(total, line, now) for total, line in zip(totals, lines, strict=True))
        past = (bad[1], of[1])
        if bad[0] >= LEAST and jumps.is_worse((bad[0], of[0]), past, RISE):
            grade = CRITICAL if bad[0] >= HALF * of[0] else WARNING
            yield Found(site, "", grade, {"count": bad[0], "of": of[0]})


def _lately(total: int, line: Sequence[Stand], now: int) -> tuple[int, int]:
    """Return how much a counter grew within the last hour, and before that."""
    older = [stand.value for stand in line if stand.at <= now - HOUR]
    edge = older[-1] if older else line[0].value
    return max(0, total - edge), edge - line[0].value


shelf.put(
    "quarantine",
    Kind(
        title=_("Quarantine grows"),
        says=_("%(count)s of %(of)s events of the last hour could not be admitted."),
        remedy=_(
            "Look at the newest ones: code and place say what is wrong. Most often a page or an "
            "integration was changed."
        ),
        patience=0,
        look=look,
        page=at("admin:events_quarantined_changelist"),
    ),
)
