"""The decision that was stored: which one stood at an instant, and what it saw of its request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.decisions.models import LoggedDecision
from personalization.flows import reproduction
from personalization.flows.inquiry import Inquiry
from personalization.plant.instants import to_text
from personalization.sites.models import Site


def last(site: Site, asked: Inquiry, at: int) -> LoggedDecision | None:
    """Return the newest stored decision up to an instant."""
    if asked.profile is None:
        return None
    rows = LoggedDecision.objects.filter(site_id=site.pk, profile=asked.profile, slot=asked.slot)
    return rows.filter(decided_at__lte=at).order_by("-id").first()


def compared(row: LoggedDecision, again: reproduction.Again | None) -> dict[str, Any]:
    """Return a stored decision as JSON, and whether it comes out the same again."""
    told = {name: getattr(row, name) for name in ("variant", "row", "revision", "reason")}
    differs = again.differences(row) if again else {}
    return {
        "id": row.pk,
        "at": to_text(row.decided_at),
        "generation": row.generation,
        **told,
        "values": row.values,
        "reproduced": None if again is None else not differs,
        "differences": differs,
    }


def request(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of the request as far as a decision saw it, from dotted paths.

    >>> request({"context.page.path": "/a"})
    {'page': {'path': '/a'}}
    """
    whole: dict[str, Any] = {}
    for path, value in seen.items():
        if not path.startswith("context."):
            continue
        *above, last = path.split(".")[1:]
        node = whole
        for name in above:
            node = node.setdefault(name, {})
        node[last] = value
    return whole
