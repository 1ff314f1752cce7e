"""The newsroom: news get their numbers, a name where they are about somebody, and their readers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from personalization.flows import telling
from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.plant.instants import to_text
from personalization.profiles import permission
from personalization.push import coalescing, endpoints, news, outbox
from personalization.push.news import MOVES, Told
from personalization.push.outbox import Letter

Names = dict[str, tuple[str, str]]
"""Who somebody is, by profile: the kind of their id, and the id."""


def step(clock: Clock) -> int:
    """Number what was committed and let it be told, in one transaction; return how many letters."""
    if not news.waits():
        return 0
    with transaction.atomic():
        letters = news.take()
        names = _names(letters)
        told: dict[int, list[Told]] = {}
        for letter in letters:
            told.setdefault(letter.site, []).extend(_told(letter, names))
        for site, pieces in told.items():
            if pieces:
                endpoints.post(site, news.number(site, pieces), clock.now())
        outbox.drop(letters)
    return len(letters)


def _names(letters: Iterable[Letter]) -> Names:
    """Return who may still be told of: an id of each profile that did not say no meanwhile."""
    wanted = {
        data["profile"]
        for letter in letters
        for kind, data in letter.payload["news"]
        if kind in MOVES
    }
    if not wanted:
        return {}
    rows = sql.rows(telling.NAMED, [sorted(wanted)])
    said = permission.ledger(view for *_, view in rows)
    return {
        profile: (kind, value)
        for profile, kind, value, view in rows
        if permission.standing(said.get(view, ())).get(permission.PURPOSE) is not False
    }


def _told(letter: Letter, names: Names) -> Iterable[Told]:
    generation, at = letter.payload["generation"], letter.payload["at"]
    for kind, data in letter.payload["news"]:
        if kind not in MOVES:
            yield Told(kind, at, {name: data[name] for name in THIN})
        elif data["profile"] in names:
            yield Told(kind, at, _move(generation, data, names), data["profile"])


THIN = tuple(coalescing.thin(0, ""))
"""What is told of a site: the rest of it, readers ask for."""


def _move(generation: int, data: dict[str, Any], names: Names) -> dict[str, Any]:
    kind, value = names[data["profile"]]
    subject = {"profile": data["profile"], "userId" if kind == "user" else "anonymousId": value}
    thin = coalescing.thin(generation, data["cause"], segments=[data["segment"]])
    return {**thin, "subject": subject, "at": to_text(data["at"])}
