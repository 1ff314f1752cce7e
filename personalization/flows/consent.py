"""Consent in the drain: who may be counted, and who said no and is emptied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from personalization.events.inbox import Batch, Message
from personalization.features import recorder
from personalization.features.recorder import Folded, Kept
from personalization.flows import farewell, withdrawal
from personalization.flows.share import Share
from personalization.profiles import permission
from personalization.profiles.identity import People
from personalization.profiles.permission import PURPOSE, Said
from personalization.push import deliveries, endpoints, news
from personalization.segments import conclusions, firings
from rules import state_json
from rules.state import Move, State


@dataclass(slots=True)
class Judged:
    """A share's messages that may be processed, and what was said for every view about purposes."""

    permitted: list[Message] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=dict)

    @property
    def standing(self) -> dict[str, dict[str, bool]]:
        """The last word on every purpose, by profile."""
        return {view: permission.standing(said) for view, said in self.said.items()}


def judge(batch: Batch, share: Share, people: People) -> Judged:
    """Return what may be processed of a share; refusals are counted."""
    judged = Judged(said=permission.ledger(people.profiles()))
    for message in share.messages:
        said = _said(judged, people, message)
        words = (share.terms.consent, said, message.consent, message.gpc, message.received_at)
        if permission.permits(*words):
            judged.permitted.append(message)
        else:
            batch.count(share.site, "refused")
    return judged


def _said(judged: Judged, people: People, message: Message) -> Sequence[Said]:
    """Return what the event's owner and the device it came from said, oldest first."""
    if not judged.said:
        return ()
    views = {people.view[i] for i in (message.owner, message.device) if i is not None}
    return sorted(
        (w for v in views for w in judged.said.get(v, ())), key=lambda w: (w.at, not w.granted)
    )


def emptied(share: Share, judged: Judged, folds: Iterable[list[Folded]]) -> Iterator[list[Folded]]:
    """Yield the folded profiles, emptied where the last word is no: nothing of them is kept."""
    noes = _last_noes(judged, standing=False)
    named = set()
    for folded in folds:
        named |= {item.profile for item in folded if item.profile in noes}
        yield [item for item in folded if item.profile not in noes] if noes else folded
    again = withdrawal.discount_before(_last_noes(judged, standing=True))
    if noes:
        loaded = recorder.load(noes)
        kept = {p: k for p, k in loaded.items() if k.body != recorder.NOBODY or p in named}
        again |= withdrawal.discount(kept)
        full = {p: k for p, k in kept.items() if k.body}
        conclusions.forget(full)
        farewell.say(share.site, full, share.now)
        deliveries.forget(firings.forget(full))
        endpoints.forget(news.forget(full))
        yield [_emptied(k, noes[p], share) for p, k in full.items()]
    yield withdrawal.without(share, again - noes.keys())


def _last_noes(judged: Judged, *, standing: bool) -> dict[str, int]:
    """Return when each view said no last whose last word this is; the others said yes since."""
    return {
        view: max(word.at for word in said if word.purpose == PURPOSE and not word.granted)
        for view, said in judged.said.items()
        if permission.standing(said).get(PURPOSE) is standing
        and any(word.purpose == PURPOSE and not word.granted for word in said)
    }


def _emptied(kept: Kept, at: int, share: Share) -> Folded:
    held = state_json.load(orjson.loads(kept.body), share.definitions).memberships
    hidden = {plan.key for plan in share.definitions.plans if plan.hidden}
    left = [key for key, place in held.items() if place.member and key not in hidden]
    before = [Move(key, False, at, "consent", {}) for key in left]
    state = State()
    return Folded(
        kept, state, max(kept.version + 1, share.now), None, recorder.NOBODY, at, moves=before
    )
