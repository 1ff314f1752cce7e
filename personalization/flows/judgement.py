"""An inquiry answered once: the decision of one matrix on one standpoint, with every reason."""

from __future__ import annotations

from typing import Any

from personalization.content.catalogue import chain
from personalization.features.known import Request
from personalization.flows import counted, decision, rehearsal, rowwise, standpoint, unfolding, whom
from personalization.flows.decision import Visitor
from personalization.flows.inquiry import Inquiry
from personalization.flows.prospect import Prospect
from personalization.flows.standpoint import Standpoint

SHOWN = ("variant", "row", "revision", "reason", "fallback", "experiment")


def standing(wanted: Prospect, asked: Inquiry, at: int) -> Standpoint:
    """Return what is known of whom an inquiry is about, at an instant."""
    request = Request(asked.context, {})
    if asked.test is not None:
        return standpoint.of_test(wanted.site, wanted.source, asked.test, at, request)
    assert asked.profile is not None
    return standpoint.of_profile(wanted.site, wanted.source, asked.profile, at, request)


def judged(wanted: Prospect, stood: Standpoint, asked: Inquiry) -> dict[str, Any]:
    """Return the decision, its rows, and the segments they ask about."""
    locales = wanted.site.chain(asked.locale, chain)
    unit = asked.unit or (whom.unit(asked.profile) if asked.profile else rehearsal.NOBODY)
    visitor = Visitor(wanted.site, None, unit, locales, stood.known.request, stood.given)
    [(_, shown)] = decision.decide(visitor, [asked.slot], stood.known)
    live = wanted.site.matrices.get(asked.slot)
    return {
        "decision": {name: shown.get(name) for name in (*SHOWN, "content")},
        "rows": rowwise.rows(live, stood.facts, unit, stood) if live else [],
        "segments": unfolding.segments(stood, live.matrix.segments if live else ()),
        "events": counted.newest(stood.events),
    }
