"""The recorder: one folded state a profile, loaded, moved on by the pure fold, and stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import orjson
from django.db import transaction

from personalization.features import held
from personalization.features.held import Held
from personalization.plant import sql
from rules import state_json
from rules.definitions import Definitions
from rules.fold import fold
from rules.state import Event, Move, State

NEVER = 2**62
"""The first event of a profile of which nothing counts: it is nobody yet, and in no segment."""


NOBODY = orjson.dumps(state_json.dump(State()))
"""The state of somebody of whom nothing counts: it was asked nothing, and there is nothing."""


@dataclass(slots=True)
class Kept:
    """One profile's stored row; a profile that was never folded has an empty body."""

    profile: str
    version: int = 0
    digest: str = ""
    body: bytes = b""
    checkpoint: bytes | None = None
    checkpoint_at: int | None = None
    through: int = -1
    first: int | None = None
    state: State | None = None

    def base(self, definitions: Definitions, earliest: int) -> tuple[bytes | None, int]:
        """Return the checkpoint to refold from and its instant: the stored one, or none at -1.

        It may be older than the state's definitions: after a retirement the state goes on as it is.
        """
        at, frozen = self.checkpoint_at, self.checkpoint
        if at is None or frozen is None or at >= earliest or self.digest != definitions.digest:
            return None, -1
        if frozen != NOBODY and state_json.missing(orjson.loads(frozen), definitions):
            return None, -1
        return frozen, at


@dataclass(slots=True)
class Folded:
    """One profile's new state: since when its moves stand anew (None: they only continue)."""

    kept: Kept
    state: State
    version: int
    since: int | None = None
    checkpoint: bytes | None = None
    checkpoint_at: int | None = None
    first: int = NEVER
    body: bytes = b""
    moves: Sequence[Move] = field(default_factory=list)

    @property
    def profile(self) -> str:
        """The profile's id."""
        return self.kept.profile

    def digest(self, usual: str) -> str:
        """Return the digest of the definitions it was folded with; of nobody it is the usual."""
        return self.state.names[0] if self.state.names else usual


LOAD = f"""
SELECT {sql.hexed("s.profile")}, s.version, s.digest,
    CASE WHEN s.version <> w.held THEN s.body END, s.checkpoint, s.checkpoint_at, s.through,
    s.first_at
FROM unnest(%b::text[]::uuid[], %b::bigint[]) AS w (profile, held)
JOIN features_profilestate s ON s.profile = w.profile
"""
STORE = """
INSERT INTO features_profilestate AS s (profile, site_id, version, generation, digest, body,
    checkpoint, checkpoint_at, through, first_at)
SELECT profile, %s, version, %s, digest, body, checkpoint, checkpoint_at, through, first_at
FROM unnest(%b::text[]::uuid[], %b::bigint[], %b::text[], %b::bytea[], %b::bytea[], %b::bigint[],
    %b::bigint[], %b::bigint[])
AS n (profile, version, digest, body, checkpoint, checkpoint_at, through, first_at)
ORDER BY profile
ON CONFLICT (profile) DO UPDATE SET version = excluded.version, generation = excluded.generation,
    digest = excluded.digest, body = excluded.body, checkpoint = excluded.checkpoint,
    checkpoint_at = excluded.checkpoint_at, through = excluded.through,
    first_at = excluded.first_at
"""

DROP = "DELETE FROM features_profilestate WHERE profile = ANY(%b::text[]::uuid[])"


def load(profiles: Iterable[str], digest: str = "") -> dict[str, Kept]:
    """Return the profiles' rows, empty ones for those never folded.

    The state itself comes along where it is held here, folded with the definitions named.
    """
    wanted = list(profiles)
    kept = {profile: Kept(profile) for profile in wanted}
    versions = [held.version(profile, digest) for profile in wanted]
    for row in sql.rows(LOAD, [wanted, versions]):
        found = kept[row[0]] = Kept(*row)
        if row[3] is None:
            found.body, found.state = b"", held.take(found.profile)
    return kept


def level(kept: Mapping[str, Kept]) -> None:
    """Let profiles that come together or apart go on from the highest version among them.

    A profile whose row was dropped when it became part of another comes back with a higher one.
    """
    highest = max((row.version for row in kept.values()), default=0)
    for row in kept.values():
        row.version = highest


def continues(kept: Kept, definitions: Definitions) -> State | None:
    """Return the state to go on from, or None where these definitions need a refold.

    One that what is preparing did not reach yet goes on with what is live, whole.
    """
    if kept.state is not None:
        return kept.state
    if not kept.body:
        return State()
    raw = orjson.loads(kept.body)
    for asked in (definitions, definitions.base):
        if asked and (kept.digest == asked.digest or not state_json.missing(raw, asked)):
            return state_json.load(raw, asked)
    return None


def onward(
    kept: Kept, state: State, events: Sequence[Event], definitions: Definitions, now: int
) -> Folded:
    """Fold new events onto the live state; where nothing counts, nobody is born."""
    if events or state.through:
        state = fold(state, events, definitions.suiting(state.names), now, reuse=True)
    first = events[0].at if events else now if state.through else NEVER
    first = first if kept.first is None else min(first, kept.first)
    return Folded(
        kept, state, max(kept.version + 1, now), None, kept.checkpoint, kept.checkpoint_at, first,
        moves=state.moves,
    )  # fmt: skip


def again(
    kept: Kept,
    base: tuple[bytes | None, int],
    events: Sequence[Event],
    definitions: Definitions,
    times: tuple[int, int],
    cause: str,
) -> Folded:
    """Fold the stored events anew from a base; ``times`` are now and the site's lateness."""
    (frozen, since), (now, lateness) = base, times
    state = state_json.load(orjson.loads(frozen), definitions) if frozen else State()
    checkpoint, checkpoint_at, moves = frozen, since if frozen else None, []
    horizon = events[-1].at - lateness if events else -1
    settled = [event for event in events if event.at <= horizon]
    if settled:
        state = fold(state, settled, definitions, horizon, cause=cause, reuse=True)
        moves = list(state.moves)
        checkpoint = orjson.dumps(state_json.dump(state))
        checkpoint_at = horizon
    if events or state.through:
        state = fold(state, events[len(settled) :], definitions, now, cause=cause, reuse=True)
    moves += state.moves
    first = kept.first if frozen else min((event.at for event in events), default=NEVER)
    return Folded(
        kept, state, max(kept.version + 1, now), since, checkpoint, checkpoint_at,
        NEVER if first is None else first, moves=moves,
    )  # fmt: skip


def store(folded: Sequence[Folded], site: int, generation: int, digest: str) -> None:
    """Write the folded states, in one statement."""
    if not folded:
        return
    for item in folded:
        item.body = orjson.dumps(state_json.dump(item.state))
    columns = [
        [f.profile for f in folded],
        [f.version for f in folded],
        [f.digest(digest) for f in folded],
        [f.body for f in folded],
        [f.checkpoint for f in folded],
        [f.checkpoint_at for f in folded],
        [f.state.through for f in folded],
        [f.first for f in folded],
    ]
    sql.run(STORE, [site, generation, *columns])
    transaction.on_commit(partial(_hold, folded, digest))


def _hold(folded: Sequence[Folded], digest: str) -> None:
    for item in folded:
        held.keep(item.profile, Held(item.version, item.digest(digest), item.state))


def drop(profiles: Iterable[str]) -> None:
    """Delete the states of profiles that are no longer anybody."""
    sql.run(DROP, [list(profiles)])


def snapshot(
    profile: str,
    version: int,
    terms: tuple[int, str],
    body: bytes,
    consent: Mapping[str, bool],
    times: tuple[int | None, int],
) -> bytes:
    """Return what a reader of the profile needs.

    ``terms`` are generation and digest, ``times`` the next change and the present.
    """
    return orjson.dumps(
        {
            "profile": profile,
            "version": version,
            "generation": terms[0],
            "digest": terms[1],
            "next": times[0],
            "consent": consent,
            "at": times[1],
            "state": orjson.Fragment(body),
        }
    )
