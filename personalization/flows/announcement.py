"""Announcing: what readers must learn of a fold is put in the outbox, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows import effects
from personalization.flows.share import Share
from personalization.profiles.identity import People
from personalization.push import news, outbox
from personalization.push.outbox import Letter
from personalization.segments.membership import Recorded

Snapshots = dict[str, bytes]


def announce(
    share: Share,
    people: People | None,
    folded: list[Folded],
    moves: Sequence[Recorded],
    consents: Mapping[str, Mapping[str, bool]],
) -> tuple[list[Letter], Snapshots]:
    """Put what readers must learn into the outbox; return the letters and the snapshots in them."""
    told, heard = _told(share, moves), effects.of(share, people, moves)
    news.write(share.site, share.terms.generation, heard, share.now)
    profiles = [(f.profile, f.version, told.get(f.profile, [])) for f in folded]
    identities = _identities(people)
    letters = []
    if profiles or identities:
        body = {"profiles": profiles, "identities": identities, "effects": heard}
        letters.append(outbox.write(share.site, "profiles", "", body, share.now))
    if people is not None and people.gone:
        version = max((f.version for f in folded), default=share.now)
        gone = {"profiles": list(people.gone.items()), "version": version}
        letters.append(outbox.write(share.site, "gone", "", gone, share.now))
    return letters, {f.profile: _snapshot(share, f, consents) for f in folded}


def _told(share: Share, moves: Iterable[Recorded]) -> dict[str, list[effects.Words]]:
    """Return the moves in live segments by profile, in the words readers know."""
    slugs = {key: slug for slug, key in share.definitions.segments.items()}
    told: dict[str, list[effects.Words]] = {}
    for recorded in moves:
        if recorded.move.segment in slugs:
            words = effects.words(slugs[recorded.move.segment], recorded.move)
            told.setdefault(recorded.profile, []).append(words)
    return told


def _identities(people: People | None) -> list[tuple[str, str, str]]:
    if people is None:
        return []
    return [(i, people.person[i], people.view[i]) for i in people.person]


def _snapshot(share: Share, folded: Folded, consents: Mapping[str, Mapping[str, bool]]) -> bytes:
    return recorder.snapshot(
        folded.profile,
        folded.version,
        (share.terms.generation, folded.digest(share.definitions.digest)),
        folded.body,
        consents.get(folded.profile, {}),
        (folded.state.next_change, share.now),
    )
