"""Occasions: which triggers a batch gives a chance to fire, by its moves and by its events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from personalization.events.inbox import Message
from personalization.flows import effects
from personalization.flows.share import Share
from personalization.profiles.identity import People
from personalization.segments.firings import Chance
from personalization.segments.membership import Recorded
from personalization.segments.triggers import Armed
from rules.feeds import facts_of
from rules.state import Event

MARK = "hop"
"""How a message of ours is marked: ``hop2`` was set off by a trigger that another one set off."""


def hops(message: Message) -> int:
    """Return how many triggers stand behind a message; the mark is ours, nobody sends it."""
    told = message.marks.removeprefix(MARK)
    return int(told) if told != message.marks and told.isdecimal() else 0


def of_moves(
    share: Share,
    people: People | None,
    moves: Iterable[Recorded],
    armed: Sequence[Armed],
    chain: Mapping[str, int],
) -> Iterator[Chance]:
    """Yield the chances that moves give: entering or leaving a segment a trigger waits for."""
    keys, waits = share.definitions.segments, dict[tuple[str, bool], list[Armed]]()
    for one in armed:
        if one.plan.way != "event" and one.plan.name in keys:
            place = (keys[one.plan.name], one.plan.way == "entered")
            waits.setdefault(place, []).append(one)
    if not waits:
        return
    for profile, move, _ in effects.news(share, people, moves):
        for one in waits.get((move.segment, move.entered), ()):
            if move.effective_at >= one.since:
                way = "in" if move.entered else "out"
                said = effects.words(one.plan.name, move)
                yield Chance(
                    one, profile, f"{way}:{move.segment}:{move.effective_at}",
                    f"segment.{one.plan.way}", move.effective_at, 1 + chain.get(profile, 0), said,
                    received_at=share.now,
                )  # fmt: skip


def of_events(
    share: Share, people: People, messages: Iterable[Message], armed: Sequence[Armed]
) -> Iterator[Chance]:
    """Yield the chances that events give, each in its own right; late and old ones give none."""
    waits: dict[str, list[Armed]] = {}
    for one in armed:
        if one.plan.way == "event":
            waits.setdefault(one.plan.name, []).append(one)
    for message in messages if waits else ():
        if message.name in waits and share.now - message.at < effects.RECENT:
            yield from _matched(people, message, waits[message.name])


def _matched(people: People, message: Message, waiting: Iterable[Armed]) -> Iterator[Chance]:
    body = orjson.loads(message.body)
    properties, context = body.get("properties") or {}, body.get("context") or {}
    event = Event(message.at, message.message, message.kind, message.name, properties, context, {})
    facts = facts_of(event)
    for one in waiting:
        if message.at < one.since or (one.plan.where and one.plan.where(facts) is not True):
            continue
        yield Chance(
            one, people.person[message.owner], f"event:{message.message}", "event", message.at,
            1 + hops(message), {"event": message.name, "properties": properties}, facts,
            message.consent, message.gpc, message.received_at,
            None if message.device is None else people.view[message.device],
        )  # fmt: skip
