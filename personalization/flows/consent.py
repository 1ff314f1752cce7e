"""Consent in the drain: who may be counted, and who said no and is emptied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from personalization.events import log
from personalization.events.inbox import Batch, Message
from personalization.features import recorder
from personalization.features.recorder import Folded, Kept
from personalization.flows.share import Share
from personalization.profiles import identity, permission
from personalization.profiles.identity import People
from personalization.profiles.permission import PURPOSE, Said
from rules import state_json
from rules.state import Move, State


@dataclass(slots=True)
class Judged:
    """A share's messages that may be processed, and what their persons said about every purpose."""

    permitted: list[Message] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=dict)

    def standing(self, people: People) -> dict[str, dict[str, bool]]:
        """Return the last word on every purpose by profile, a device's view like its person."""
        words = {person: permission.standing(said) for person, said in self.said.items()}
        views = {people.view[i]: words.get(people.person[i], {}) for i in people.person}
        return {**views, **words}


def judge(batch: Batch, share: Share, people: People) -> Judged:
    """Return what may be processed of a share; refusals are counted."""
    judged = Judged(said=permission.ledger(set(people.person.values())))
    for message in share.messages:
        said = judged.said.get(people.person[message.owner], ())
        words = (share.terms.consent, said, message.consent, message.gpc, message.received_at)
        if permission.permits(*words):
            judged.permitted.append(message)
        else:
            batch.count(share.site, "refused")
    return judged


def empty(share: Share, people: People, judged: Judged) -> list[Folded]:
    """Empty the profiles whose person's last word is no: out of every segment, nothing remembered."""
    noes = {
        person: word.at
        for person, said in judged.said.items()
        for word in said
        if word.purpose == PURPOSE and not permission.standing(said)[PURPOSE]
    }
    if not noes:
        return []
    at = {**{people.view[i]: noes.get(p, 0) for i, p in people.person.items()}, **noes}
    kept = recorder.load(profile for profile, instant in at.items() if instant)
    full = {p: k for p, k in kept.items() if k.body and k.body != NOTHING}
    _discount(full, at)
    return [_emptied(k, at[p], share) for p, k in full.items()]


NOTHING = orjson.dumps(state_json.dump(State()))


def _discount(full: Mapping[str, Kept], at: Mapping[str, int]) -> None:
    for profile, member, _ in identity.members(full):
        log.discount([member], at[profile])


def _emptied(kept: Kept, at: int, share: Share) -> Folded:
    before: Sequence[Move] = ()
    held = state_json.load(orjson.loads(kept.body), share.definitions).memberships
    before = [Move(key, False, at, "consent", {}) for key, m in held.items() if m.member]
    state = State()
    return Folded(kept, state, max(kept.version + 1, share.now), None, NOTHING, at, moves=before)
