"""What a trigger may know of a person: whom it is about, their attributes, what they permit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows.share import Share
from personalization.profiles import permission, persons
from personalization.profiles.models import Attribute
from personalization.profiles.permission import PURPOSE, Said
from personalization.segments.firings import Chance
from rules.fold import feature
from rules.state import State

NECESSARY = "necessary"
Get = Callable[[str], object]


@dataclass(slots=True)
class Circle:
    """The persons triggers may fire for: their names, states, and words about purposes."""

    share: Share
    names: dict[str, tuple[str, str]]
    states: dict[str, State]
    said: Mapping[str, list[Said]]
    purposes: Mapping[str, str] = field(default_factory=dict)

    def permits(self, chance: Chance, purpose: str) -> bool:
        """Return whether a person permits a purpose, as of the receipt of what happened."""
        if purpose == NECESSARY:
            return True
        views = {chance.profile, chance.device or chance.profile}
        said = sorted(
            (word for view in views for word in self.said.get(view, ())),
            key=lambda word: (word.at, not word.granted),
        )
        words = (chance.words, chance.gpc, chance.received_at, purpose)
        return permission.permits(self.share.terms.consent, said, *words)

    def holds(self, chance: Chance) -> bool:
        """Return whether the trigger's condition is true of the person."""
        when, state = chance.armed.plan.when, self.states[chance.profile]
        keys = self.share.definitions.segments
        return when is None or when.holds(self.get(chance), state.memberships, keys, self.share.now)

    def get(self, chance: Chance) -> Get:
        """Return what answers a path; what the person does not permit to be used is unknown."""
        state, definitions = self.states[chance.profile], self.share.definitions

        def get(path: str) -> object:
            family, _, name = path.partition(".")
            if family == "properties":
                return None if chance.event is None else chance.event.get(path)
            if not self.permits(chance, self.purposes.get(path, PURPOSE)):
                return None
            if family == "traits":
                trait = state.traits.get(name)
                return None if trait is None else trait.value
            if family == "features":
                return feature(state, definitions, name, self.share.now)
            return state.derived.get(path)

        return get


def circle(share: Share, chances: Iterable[Chance], folded: Iterable[Folded]) -> Circle:
    """Return what may be known of everybody these chances are about."""
    chances = list(chances)
    wanted = {chance.profile for chance in chances}
    states = {f.profile: f.state for f in folded if f.profile in wanted}
    for profile, kept in recorder.load(wanted - states.keys()).items():
        states[profile] = recorder.continues(kept, share.definitions) or State()
    devices = {chance.device for chance in chances if chance.device is not None}
    apart = Attribute.objects.filter(site_id=share.site).exclude(purpose=PURPOSE)
    purposes = dict(apart.values_list("path", "purpose"))
    names = persons.named(wanted)
    return Circle(share, names, states, permission.ledger(wanted | devices), purposes)
