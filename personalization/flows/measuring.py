"""Measuring: every ten minutes what a site's gauges stand at is written down."""

from __future__ import annotations

from personalization.decisions.outcomes import Given
from personalization.flows import backlog
from personalization.plant import gauges
from personalization.segments import sizes
from personalization.sites.models import Site

ACCEPTED, QUARANTINED = "events.accepted", "events.quarantined"
COUNTERS = {"accepted": ACCEPTED, "quarantined": QUARANTINED}


def measure(now: int) -> None:
    """Write what every gauge stands at now, and forget what was counted long ago."""
    gauges.write(sizes.GAUGE, sizes.now(), now)
    balance = backlog.balance(None)
    sites = list(Site.objects.values_list("pk", flat=True))
    for name, gauge in COUNTERS.items():
        stands = [(site, "", balance.get(site, {}).get(name, 0)) for site in sites]
        gauges.write(gauge, stands, now)
    Given.objects.filter(at__lt=now - gauges.KEPT).delete()
