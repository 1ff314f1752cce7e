"""What leaves does not arrive: an endpoint fails or was switched off, or letters are dead."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from personalization.flows.alarms.registry import CRITICAL, DAY, WARNING, Kind, Page, shelf
from personalization.push.models import Delivery, Endpoint
from personalization.sites.sirens import Found

FAILURES = 3
"""So many failures in a row are no accident."""
LATELY = 7 * DAY
"""So long a dead letter is worth an alarm."""
MOST = 200


def look(now: int) -> Iterator[Found]:
    """Find endpoints that fail or were switched off for failing, and lanes with dead letters."""
    failing = Endpoint.objects.filter(
        (Q(enabled=True) & Q(failures__gte=FAILURES)) | ~Q(disabled_because="")
    )
    told_of = []
    for one in failing.order_by("-failures")[:MOST]:
        told_of.append(one.lane)
        grade = CRITICAL if one.disabled_because else WARNING
        told = {
            "what": str(one)[:80],
            "count": one.failures,
            "why": one.disabled_because,
            "pk": one.pk,
        }
        yield Found(one.site_id, one.lane, grade, told, one.last_success or one.last_failure)
    dead = Delivery.objects.filter(state=Delivery.State.DEAD, ended_at__gte=now - LATELY)
    lanes = dead.values("site_id", "lane").annotate(n=Count("id"), first=Min("ended_at"))
    for lane in lanes.exclude(lane__in=told_of).order_by("-n")[:MOST]:
        told = {"what": lane["lane"], "count": lane["n"], "why": "dead"}
        yield Found(lane["site_id"], f"dead {lane['lane']}"[:120], WARNING, told, lane["first"])


def page(subject: str, told: object) -> Page:  # noqa: ARG001
    """Lead to the endpoint, or to the dead letters."""
    kind, _, number = subject.partition(":")
    if kind == "endpoint":
        return "admin:push_endpoint_change", [int(number)]
    return "admin:push_delivery_changelist", []


shelf.put(
    "delivery",
    Kind(
        title=_("Deliveries fail"),
        says=_("%(what)s: %(count)s failed deliveries (%(why)s)."),
        remedy=_("Ask whoever runs the receiver, repair the address, then send the letters again."),
        patience=0,
        look=look,
        page=page,
    ),
)
