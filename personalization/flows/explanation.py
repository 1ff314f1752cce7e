"""Why somebody sees what they see: a decision row by row, beside the one that was stored."""

from __future__ import annotations

from typing import Any

from personalization.decisions.models import LoggedDecision
from personalization.flows import (
    hindsight,
    inquiry,
    judgement,
    prospect,
    remembered,
    reproduction,
    rowwise,
    whom,
)
from personalization.flows.inquiry import Inquiry
from personalization.flows.prospect import Prospect
from personalization.plant.clock import Clock
from personalization.plant.instants import to_text
from personalization.sites.models import Site


def explain(site: Site, raw: object, clock: Clock) -> dict[str, Any]:
    """Return why a visitor, a test profile or a stored decision shows what it shows.

    ``InvalidError`` names what of the question cannot be answered. docs/explain.md tells the form.
    """
    asked, now = inquiry.read(site, raw), clock.now()
    if asked.decision is not None:
        return _stored(site, asked, asked.decision, now)
    at = asked.at if asked.at is not None else asked.test.at if asked.test else None
    at = now if at is None else at
    then = None if at >= now else hindsight.generation_at(site.pk, at)
    wanted = prospect.of(site.pk, asked.slot, asked.matrix, then)
    stood = judgement.standing(wanted, asked, at)
    last = remembered.last(site, asked, at)
    return {
        **_head(site, asked, wanted, at, now),
        **judgement.judged(wanted, stood, asked),
        "stored": remembered.compared(last, reproduction.again(last)) if last else None,
        "beside": None,
    }


def _stored(site: Site, asked: Inquiry, row: LoggedDecision, now: int) -> dict[str, Any]:
    """Explain a stored decision by the facts it stood on, beside what would be decided now."""
    then = prospect.of(site.pk, row.slot, row.revision or "then", row.generation)
    seen = remembered.request(row.values)
    asked = asked._replace(context=seen, unit=whom.unit(row.profile))
    stood, again = judgement.standing(then, asked, row.decided_at), reproduction.again(row)
    told = judgement.judged(then, stood, asked)
    if again is not None:
        told["decision"] = {name: again.shown[name] for name in judgement.SHOWN}
        if again.live is not None:
            told["rows"] = rowwise.rows(again.live, again.facts, again.unit, stood)
    live = prospect.of(site.pk, row.slot, "live", None)
    beside = judgement.judged(live, judgement.standing(live, asked, now), asked)
    return {
        **_head(site, asked, then, row.decided_at, now),
        **told,
        "stored": remembered.compared(row, again),
        "beside": {"at": to_text(now), "generation": live.site.generation, **beside},
    }


def _head(site: Site, asked: Inquiry, wanted: Prospect, at: int, now: int) -> dict[str, Any]:
    revision = wanted.revision
    matrix = {"revision": revision.number, "status": revision.status} if revision else None
    return {
        "site": site.slug,
        "slot": asked.slot,
        "profile": str(asked.profile) if asked.profile else None,
        "at": to_text(at),
        "now": to_text(now),
        "zone": site.timezone,
        "generation": wanted.site.generation,
        "matrix": matrix,
    }
