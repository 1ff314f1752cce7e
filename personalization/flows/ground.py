"""What is in force on a site, kept while its generation lasts; conditions compiled beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from personalization.flows import declared, definitions
from personalization.sites.models import Generation
from rules import compiler, plans, single
from rules.caps import caps
from rules.compiler import Keys
from rules.conditions import Any, Condition, EventTest, Measure, Member, Windowed
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.resolution import Declared, Ranked
from rules.stability import Stability

ASKED = "?"
"""What the names of conditions begin with that are asked about, and are no segments."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A site's segments, features and sets in force, and what they are compiled to."""

    site: int
    generation: int
    live: Definitions
    segments: Declared
    features: Mapping[str, Measure]
    sets: Ranked

    def beside(self, conditions: Mapping[str, Condition]) -> Definitions:
        """Compile conditions, by names that begin with ``ASKED``, with all they ask for."""
        own = {ASKED + name: (part, Stability()) for name, part in conditions.items()}
        whole = {f"{ASKED}{ASKED}": (Any(tuple(map(Member, own))), Stability())}
        declared_ = {**self.segments, **own, **whole}
        try:
            return single.alone(
                declared_, self.features, ASKED + ASKED, self.sets, self.live.hierarchies
            )
        except InvalidError as fault:
            raise InvalidError("", fault.code, fault.message) from fault

    def keys(self, conditions: Iterable[Condition]) -> Keys:
        """Return the windows in force that answer conditions; ``InvalidError``: ``uncounted``."""
        kept = self.kept(conditions)
        found = {measure: key for measure, key in kept.items() if key}
        if len(found) < len(kept):
            raise InvalidError("", "uncounted", "expected events that something live counts")
        return found

    def kept(self, conditions: Iterable[Condition]) -> dict[Windowed, str | None]:
        """Return the window in force that answers each measure of conditions, or nothing."""
        conditions = list(conditions)
        leaves = [leaf for one in conditions for leaf in compiler.leaves(one)]
        enough = caps(leaf for leaf in leaves if isinstance(leaf, EventTest))
        found: dict[Windowed, str | None] = {}
        for measure in (m for one in conditions for m in compiler.measures(one)):
            cap = enough[measure] if isinstance(measure, Measure) else None
            wanted = (plans.recipe(measure, cap).key, plans.recipe(measure).key)
            found[measure] = next((key for key in wanted if key in self.live.recipes), None)
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions by name as they are asked of columns, and of which segment, when."""

    here: Ground
    slug: str
    conditions: Mapping[str, Condition]
    definitions: Definitions
    keys: Keys
    now: int

    @property
    def paths(self) -> frozenset[str]:
        """The attributes they read."""
        return frozenset().union(*map(compiler.attributes, self.conditions.values()))


_kept: dict[int, Ground] = {}


def of(site: int) -> Ground:
    """Return what is in force now; it is read anew when the generation is another."""
    number = Generation.objects.values_list("number", flat=True).get(site_id=site)
    held = _kept.get(site)
    if held is None or held.generation != number:
        live, said = definitions.live(site), declared.segments(site)
        more = declared.features(site), declared.rankings(site)
        held = _kept[site] = Ground(site, number, live, said, *more)
    return held
