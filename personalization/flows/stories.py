"""A profile's story: which events are folded, and folding all of them again from the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from personalization.events import log
from personalization.events.inbox import Message
from personalization.features import recorder
from personalization.features.recorder import Folded, Kept
from personalization.flows.share import Share
from personalization.profiles import catalogue, identity
from personalization.segments import conclusions
from rules.state import DERIVED, Event


def refold(
    share: Share, kept: Mapping[str, Kept], reasons: Mapping[str, tuple[str, int]]
) -> list[Folded]:
    """Fold profiles again from the newest usable checkpoint; a reason is a cause and an instant."""
    if not kept:
        return []
    bases = {p: k.base(share.definitions, reasons[p][1]) for p, k in kept.items()}
    stories, said = told({p: base[1] for p, base in bases.items()})
    times = (share.now, share.terms.lateness)
    return [
        recorder.again(
            k,
            bases[p],
            story(share, k, bases[p], stories.get(p), said.get(p, [])),
            share.definitions,
            times,
            reasons[p][0],
        )
        for p, k in kept.items()
    ]


def told(
    since: Mapping[str, int],
) -> tuple[dict[str, list[log.Entry]], dict[str, list[Event]]]:
    """Return what is stored of profiles after an instant of each: events, and conclusions."""
    wanted = [(p, i, device, since[p]) for p, i, device in identity.members(since)]
    stories: dict[str, list[log.Entry]] = {}
    for entry in log.history(wanted):
        stories.setdefault(entry.profile, []).append(entry)
    said: dict[str, list[Event]] = {}
    for profile, at, values, _ in conclusions.history(since):
        said.setdefault(profile, []).append(Event(at, "", DERIVED, "", {}, {}, values))
    return stories, said


def story(
    share: Share,
    kept: Kept,
    base: tuple[bytes | None, int],
    entries: Sequence[log.Entry] | None,
    said: Sequence[Event],
) -> list[Event]:
    """Return what is folded after a base; from nothing, the first event of all is among it.

    What was concluded meanwhile is part of the story: it moved people then.
    """
    known = kept if base[0] else Kept(kept.profile)
    events = worth(share, known, entries) if entries else []
    if not events and not base[0]:
        return []
    return sorted([*events, *said], key=lambda event: event[:2])


def worth(share: Share, kept: Kept, messages: Sequence[Message | log.Entry]) -> list[Event]:
    """Return the events worth folding, in order: those the definitions hear, and the first."""
    hears = share.definitions.hears
    first = min(messages, key=lambda m: (m.at, m.message))
    begins = kept.first is None or first.at < kept.first
    events = [
        _event(share, m) for m in messages if hears(m.kind, m.name) or (begins and m is first)
    ]
    events.sort(key=lambda event: event[:2])
    return events


def _event(share: Share, message: Message | log.Entry) -> Event:
    body = orjson.loads(message.body)
    traits = body.get("traits") or {}
    return Event(
        message.at,
        message.message,
        message.kind,
        message.name,
        body.get("properties") or {},
        body.get("context") or {},
        catalogue.bring(traits, share.chosen) if share.chosen and traits else traits,
    )
