"""Announcing: what readers must learn of a fold is put in the outbox, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows.share import Share
from personalization.profiles.identity import People
from personalization.push import outbox
from personalization.push.outbox import Letter
from personalization.segments.membership import Recorded

RECENT = 60_000_000
"""Effects fire only for moves of the last minute (microseconds): never for corrections."""

Snapshots = dict[str, bytes]


def announce(
    share: Share,
    people: People | None,
    folded: list[Folded],
    moves: Iterable[Recorded],
    consents: Mapping[str, Mapping[str, bool]],
) -> tuple[list[Letter], Snapshots]:
    """Put what readers must learn into the outbox; return the letters and the snapshots in them."""
    told = _told(share, moves)
    profiles = [(f.profile, f.version, told.get(f.profile, [])) for f in folded]
    identities = _identities(people)
    letters = []
    if profiles or identities:
        body = {
            "profiles": profiles,
            "identities": identities,
            "effects": _effects(share, people, told),
        }
        letters.append(outbox.write(share.site, "profiles", "", body, share.now))
    if people is not None and people.gone:
        gone = {"profiles": list(people.gone.items())}
        letters.append(outbox.write(share.site, "gone", "", gone, share.now))
    return letters, {f.profile: _snapshot(share, f, consents) for f in folded}


def _told(share: Share, moves: Iterable[Recorded]) -> dict[str, list[dict[str, Any]]]:
    """Return the moves in live segments by profile, in the words readers know."""
    slugs = {key: slug for slug, key in share.definitions.segments.items()}
    told: dict[str, list[dict[str, Any]]] = {}
    for profile, move in moves:
        if move.segment in slugs:
            words = {
                "segment": slugs[move.segment],
                "entered": move.entered,
                "at": move.effective_at,
                "cause": move.cause,
                "values": move.values,
            }
            told.setdefault(profile, []).append(words)
    return told


def _identities(people: People | None) -> list[tuple[str, str, str]]:
    if people is None:
        return []
    return [(i, people.person[i], people.view[i]) for i in people.person]


def _effects(
    share: Share, people: People | None, told: Mapping[str, list[dict[str, Any]]]
) -> list[tuple[str, dict[str, Any]]]:
    """Return what site-wide listeners hear: recent moves of persons in the live lane."""
    if share.lane != "live":
        return []
    devices = set() if people is None else people.profiles() - set(people.person.values())
    return [
        ("segment.entered" if move["entered"] else "segment.exited", {"profile": profile, **move})
        for profile, moves in told.items()
        if profile not in devices
        for move in moves
        if move["cause"] in {"event", "timer"} and share.now - move["at"] < RECENT
    ]


def _snapshot(share: Share, folded: Folded, consents: Mapping[str, Mapping[str, bool]]) -> bytes:
    return recorder.snapshot(
        folded.profile,
        folded.version,
        (share.terms.generation, share.definitions.digest),
        folded.body,
        consents.get(folded.profile, {}),
        (folded.state.next_change, share.now),
    )
