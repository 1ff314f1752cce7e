"""Withdrawal: what somebody did is taken out of the log, and out of all that it was part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from personalization.events import log
from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows import stories, telling
from personalization.flows.share import Share
from personalization.profiles import identity


def discount(profiles: Iterable[str]) -> set[str]:
    """Take what profiles did out of the log for good; return everybody who had a part in it."""
    members = identity.members(profiles)
    telling.forget(member for _, member, _ in members)
    return _taken((member, by_device, log.EVER) for _, member, by_device in members)


def discount_before(noes: Mapping[str, int]) -> set[str]:
    """Take out what profiles did until they said no, where they said yes since: it stays out."""
    members = identity.members(noes) if noes else ()
    return _taken((member, by_device, noes[profile]) for profile, member, by_device in members)


def _taken(members: Iterable[tuple[str, bool, int]]) -> set[str]:
    """Take events out of the log; return everybody who had a part in one of them."""
    found = list(members)
    owners = [(member, before) for member, by_device, before in found if not by_device]
    devices = [(member, before) for member, by_device, before in found if by_device]
    touched = log.discount(owners, devices) if found else set()
    return identity.profiles_of(touched) if touched else set()


def without(share: Share, shared: set[str]) -> list[Folded]:
    """Fold those anew who had a part in what was taken out: a device's view, its owner."""
    if not shared:
        return []
    identity.hold(shared)
    kept = {p: k for p, k in recorder.load(shared).items() if k.version}
    return stories.refold(share, kept, dict.fromkeys(kept, ("consent", -1)))
