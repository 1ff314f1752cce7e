"""What is stored of a profile beside what its log says: every difference, named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from personalization.features.recorder import Kept
from personalization.flows import agreement
from personalization.flows.agreement import Difference
from personalization.plant import sql
from personalization.segments import timers
from personalization.segments.membership import LAST_CONSENT
from rules.definitions import Definitions
from rules.fold import fold
from rules.state import Event, State

MEMBERS = f"""
SELECT {sql.hexed("profile")}, key, since FROM segments_member
WHERE profile = ANY(%b::text[]::uuid[])
"""
MOVES = f"""
SELECT {sql.hexed("m.profile")}, m.key, m.entered, m.effective_at, m.id <= ({LAST_CONSENT})
FROM segments_move m WHERE m.profile = ANY(%b::text[]::uuid[]) AND m.superseded_at IS NULL
"""


@dataclass(slots=True)
class Stored:
    """The rows of some profiles, beside their states."""

    members: dict[str, dict[str, int]] = field(default_factory=dict)
    moves: dict[str, dict[tuple[str, bool, int], bool]] = field(default_factory=dict)
    timers: dict[str, int] = field(default_factory=dict)


def stored(profiles: Iterable[str]) -> Stored:
    """Read members, standing moves and timers of locked profiles."""
    wanted = list(profiles)
    found = Stored(timers=timers.armed(wanted))
    for profile, key, since in sql.rows(MEMBERS, [wanted]):
        found.members.setdefault(profile, {})[key] = since
    for profile, key, entered, at, sealed in sql.rows(MOVES, [wanted]):
        found.moves.setdefault(profile, {})[key, entered, at] = bool(sealed)
    return found


def of(
    rows: Stored, kept: Kept, events: Sequence[Event], asked: Definitions, now: int
) -> Iterator[Difference]:
    """Yield every difference of one profile between what is stored and its log folded anew.

    Both are looked at as of the last instant the profile was folded to: what came due since, and
    nobody fired yet, is work that waits, not a difference.
    """
    profile, until = kept.profile, kept.through if kept.through > 0 else now
    told = fold(None, events, asked, until) if events else State()
    yield from agreement.of_state(kept, told, asked, until)
    yield from agreement.of_checkpoint(kept, events, asked)
    keys = {plan.key for plan in asked.plans if not plan.hidden}
    places = told.memberships
    inside = {key: places[key].since for key in keys if key in places and places[key].member}
    held = {k: v for k, v in rows.members.get(profile, {}).items() if k in keys}
    yield from agreement.unlike(profile, "member of", held, inside)
    yield from _moves(profile, rows.moves.get(profile, {}), told, keys)
    due, armed = told.next_change, rows.timers.get(profile)
    if due is not None and (armed is None or armed > due):
        yield Difference(profile, "timer", armed, due)


def _moves(
    profile: str, standing: Mapping[tuple[str, bool, int], bool], told: State, keys: set[str]
) -> Iterator[Difference]:
    """Compare what moved; what a withdrawn consent ended, the log no longer tells."""
    wanted = {(m.segment, m.entered, m.effective_at) for m in told.moves if m.segment in keys}
    for move in sorted(wanted - standing.keys()):
        yield Difference(profile, "move", None, move)
    for move, sealed in sorted(standing.items()):
        if move[0] in keys and move not in wanted and not sealed:
            yield Difference(profile, "move", move, None)
