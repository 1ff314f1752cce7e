"""Contrasting: what was answered beside what a draft says of the very same visitor and instant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from personalization.decisions.beside import Pair, Running
from personalization.decisions.current import Compiled
from personalization.features.known import Known
from personalization.flows import decision
from personalization.flows.decision import Told, Visitor


class Trial(NamedTuple):
    """A running shadow, and the site with its draft, compiled at one generation."""

    told: Running
    draft: Compiled


def contrasted(trial: Trial, visitor: Visitor, told: Told) -> Pair | None:
    """Return what was answered beside what the draft says, ``None`` for another generation."""
    draft, slot = trial.draft, trial.told.slot
    live: Any = next((shown for _, shown in told.decisions if shown["slot"] == slot), None)
    if live is None or draft.generation != visitor.site.generation:
        return None
    known = told.known
    again = Known(draft.asked, known.request, known.held, known.permitted, known.now)
    [(_, shown)] = decision.decide(replace(visitor, site=draft), [slot], again)
    names = (live["row"], shown["row"], live["variant"], shown["variant"])
    return Pair(trial.told.id, *(name or "" for name in names))
