"""What follows from one profile's state, and the profile as it is once that is part of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from personalization.features.recorder import Folded
from personalization.flows import refolding
from personalization.flows.evaluation import Mind
from personalization.flows.share import Share
from personalization.profiles.permission import PURPOSE
from personalization.segments.conclusions import Concluded
from rules.facts import Facts
from rules.fold import fold
from rules.inference.conclusions import Inferred
from rules.inference.registry import SpentError
from rules.state import DERIVED, Event, State
from rules.views import Members, Traits

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Turn:
    """What one transaction works with; of the silent nothing may be concluded."""

    share: Share
    mind: Mind
    silent: frozenset[str]

    def concluded(self, state: State) -> Inferred:
        """Return what follows from a state that was folded up to now."""
        known = Traits(state.traits, self.share.definitions.types)
        members = Members(state.memberships)
        return self.mind.infer(Facts(known, members, state.windows, self.share.now))


def turn(share: Share, mind: Mind, profiles: Iterable[str]) -> Turn:
    """Return the turn of these profiles."""
    said = refolding.consents(profiles).items()
    silent = frozenset(profile for profile, words in said if words.get(PURPOSE) is False)
    return Turn(share, mind, silent)


def judged(turn: Turn, folded: Folded) -> tuple[Folded, Concluded | None]:
    """Return a profile as it is once its conclusions are drawn, and them where they are new."""
    try:
        found = Inferred() if folded.profile in turn.silent else turn.concluded(folded.state)
    except SpentError:
        raise
    except Exception:
        log.exception("profile %s: nothing can be concluded; it keeps what it has", folded.profile)
        return folded, None
    if repr(sorted(found.values.items())) == repr(sorted(folded.state.derived.items())):
        return folded, None
    at = folded.state.through + 1
    event = Event(at, "", DERIVED, "", {}, {}, found.values)
    share = turn.share
    asked = share.definitions.suiting(folded.state.names)
    state = fold(folded.state, [event], asked, share.now, cause=DERIVED, reuse=True)
    moves = [*folded.moves, *state.moves]
    word = Concluded(folded.profile, at, found.values, found.because)
    return replace(folded, state=state, moves=moves), word
