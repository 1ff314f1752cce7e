"""What a decision without a request would know of people, as their consent permits."""

from __future__ import annotations

from personalization.features import known
from personalization.features.known import Asked, Known, Permitted, Request
from personalization.features.snapshot import Snapshot
from personalization.flows import refolding
from personalization.flows.census import Person
from rules.facts import Facts

NOBODY = Request({}, {})
"""No request: its context is unknown to every row that asks for it."""


def facts(part: list[Person], asked: Asked, now: int) -> list[Facts]:
    """Return what a decision without a request would know of people, as consent permits."""
    consents = refolding.consents(person.profile for person in part)
    return [_known(person, consents.get(person.profile, {}), asked, now) for person in part]


def _known(person: Person, consent: dict[str, bool], asked: Asked, now: int) -> Facts:
    snapshot = Snapshot(
        person.profile, person.version, person.generation, person.digest, person.state, consent
    )
    told = Known(asked, NOBODY, None, Permitted(asked.policy, (consent,), gpc=False), now)
    told.held = known.held(snapshot, asked, now)
    return told.facts()
