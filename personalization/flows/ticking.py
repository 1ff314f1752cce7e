"""When an answer may change without an event: what comes due, rows that turn, hours that strike."""

from __future__ import annotations

from collections.abc import Iterator

from personalization.decisions.current import Compiled, Live
from personalization.features.known import Known
from rules import horizon
from rules.conditions import Measure
from rules.definitions import Definitions
from rules.state import State
from rules.values import SCALE
from rules.windows.registry import kinds

QUARTER = 15 * 60 * SCALE
"""Every clock on earth strikes its hours at a quarter of an hour of UTC."""
FEATURES = "features."
MOVING = ("time.", "scores.")
"""What may change with the clock at any time: it is looked at every quarter of an hour."""


class Ticking:
    """What of a site's matrices moves with time, worked out once."""

    def __init__(self, site: Compiled) -> None:
        asked = site.asked.definitions
        paths = {path for key in site.matrices for path in site.attributes(key)}
        rows = [row for live in site.matrices.values() for row in live.matrix.matrix.rows]
        features = {path.removeprefix(FEATURES) for path in paths if path.startswith(FEATURES)}
        keys = {asked.features[name] for name in features & asked.features.keys()}
        drifting = {key for key in keys if _drifts(asked, key)}
        self.moving = bool(drifting) or any(path.startswith(MOVING) for path in paths)
        self.windows = sorted(keys - drifting)
        self.turns = [turn for live in site.matrices.values() for turn in _turns(live)]
        edges = {edge for r in rows if r.active for edge in (r.active.start_at, r.active.until_at)}
        self.edges = sorted(edge for edge in edges if edge is not None)

    def after(self, told: Known, state: State) -> Iterator[int]:
        """Yield instants; the next change of any answer comes no sooner than the next of them."""
        now, facts = told.now, told.facts()
        if state.next_change is not None:
            yield state.next_change
        if self.moving:
            yield now - now % QUARTER + QUARTER
        dues = [turn(facts) for turn in self.turns]
        windows = [state.windows[key] for key in self.windows if key in state.windows]
        dues += [window.next_change(now) for window in windows]
        yield from (due for due in (*dues, *self.edges) if due is not None and due > now)


def _drifts(asked: Definitions, key: str) -> bool:
    measure = asked.recipes[key].measure
    return isinstance(measure, Measure) and kinds[measure.kind].drifts


def _turns(live: Live) -> Iterator[horizon.Turn]:
    """Yield what tells when a row's condition may turn."""
    for row in live.matrix.matrix.rows:
        if row.enabled:
            yield horizon.compile(row.when, live.matrix.keys)
