"""Trials: the shadows that run, each with its site compiled as its draft would have it."""

from __future__ import annotations

from collections.abc import Iterable

from personalization.decisions import beside
from personalization.decisions.beside import Running
from personalization.decisions.current import Current
from personalization.flows import draft_site
from personalization.flows.contrasting import Trial
from personalization.flows.pretence import Part
from personalization.plant.clock import Clock
from personalization.plant.lookups import Lookups


async def running(
    current: Current, lookups: Lookups, clock: Clock, held: Iterable[Trial]
) -> dict[int, list[Trial]]:
    """Return the shadows that run by site; what is held and still holds is not compiled again."""
    known = {(trial.told, trial.draft.generation): trial for trial in held}
    found: dict[int, list[Trial]] = {}
    for told in await beside.running(lookups, clock.now()):
        live = current.of(told.site)
        if live is None:
            continue
        trial = known.get((told, live.generation)) or await _compiled(told, current, lookups)
        if trial is None:
            await beside.unfit(lookups, told.id, clock.now())
        else:
            found.setdefault(told.site, []).append(trial)
    return found


async def _compiled(told: Running, current: Current, lookups: Lookups) -> Trial | None:
    live = current.of(told.site)
    part = Part(None, {}, (), None, False, {told.slot: told.number})
    draft = await draft_site.of(live, part, lookups) if live else None
    return Trial(told, draft) if draft else None
