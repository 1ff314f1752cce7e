"""Withdrawal: what somebody did is taken out of the log, and out of all that it was part of."""

from __future__ import annotations

from collections.abc import Iterable

from personalization.events import log
from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows import stories, telling
from personalization.flows.share import Share
from personalization.profiles import identity


def discount(profiles: Iterable[str]) -> set[str]:
    """Take what profiles did out of the log for good; return everybody who had a part in it."""
    members = identity.members(profiles)
    owners = [member for _, member, by_device in members if not by_device]
    devices = [member for _, member, by_device in members if by_device]
    touched = log.discount(owners, devices) if members else set()
    telling.forget(member for _, member, _ in members)
    return identity.profiles_of(touched) if touched else set()


def without(share: Share, shared: set[str]) -> list[Folded]:
    """Fold those anew who had a part in what was taken out: a device's view, its owner."""
    if not shared:
        return []
    identity.hold(shared)
    kept = {p: k for p, k in recorder.load(shared).items() if k.version}
    return stories.refold(share, kept, dict.fromkeys(kept, ("consent", -1)))
