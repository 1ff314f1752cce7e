"""An inquiry: who is asked about, for which slot, when, under which matrix; checked by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from personalization.decisions.models import LoggedDecision
from personalization.flows import pretence, whom
from personalization.flows.pretence import Part
from personalization.sites.models import Site
from rules import expect
from rules.errors import InvalidError

NAMES = ("slot", "visitor", "decision", "test", "at", "matrix", "context", "locale")
LIVE, THEN, DRAFT = "live", "then", "draft"
"""The matrix that is in force, the one that was at the instant, or its newest revision."""
LONGEST = 256


class Inquiry(NamedTuple):
    """What is asked: about a profile, a stored decision or a test profile; and the rest."""

    slot: str
    profile: UUID | None
    decision: LoggedDecision | None
    test: Part | None
    unit: str
    at: int | None
    matrix: str | int
    context: Mapping[str, Any]
    locale: str


def read(site: Site, raw: object) -> Inquiry:
    """Return what is asked of a site, or raise ``InvalidError`` naming what is wrong."""
    told = expect.record(raw, "", (), NAMES)
    given = [name for name in ("visitor", "decision", "test") if name in told]
    if len(given) != 1:
        raise InvalidError("", "value", "expected one of visitor, decision and test")
    stored = whom.decision(site, told["decision"]) if "decision" in told else None
    who = whom.visitor(site, told["visitor"]) if "visitor" in told else None
    return Inquiry(
        slot=stored.slot if stored else expect.text(told.get("slot"), "/slot", LONGEST),
        profile=stored.profile if stored else who.profile if who else None,
        decision=stored,
        test=pretence.test(told["test"]) if "test" in told else None,
        unit=who.unit if who else "",
        at=pretence.instant(told["at"], "/at") if told.get("at") else None,
        matrix=_matrix(told.get("matrix", THEN if stored else LIVE)),
        context=pretence.mapping(told.get("context", {}), "/context"),
        locale=expect.text(told.get("locale", ""), "/locale", LONGEST, 0),
    )


def _matrix(raw: object) -> str | int:
    if isinstance(raw, str):
        if raw in {LIVE, THEN, DRAFT}:
            return raw
        raise InvalidError("/matrix", "value", "expected live, then, draft or a revision's number")
    return expect.whole(raw, "/matrix", 1, 2**31 - 1)
