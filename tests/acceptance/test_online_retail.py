"""Real, messy input: ten segments at 25 instants equal a naive recomputation in any order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest

from personalization.events.message import IMPORT
from personalization.events.models import Logged
from personalization.plant.instants import from_datetime
from personalization.segments import history
from personalization.sites.naming import identity_hex
from tests.acceptance import retail
from tests.flows.ground import DAY, HOUR, Ground

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(not retail.DATA.exists(), reason="the Online Retail data are not here"),
]


@pytest.fixture(scope="module")
def found() -> Any:
    return retail.invoices()


@pytest.fixture(scope="module")
def sent() -> list[dict[str, Any]]:
    return retail.messages()


def opened(found: Any) -> Ground:
    ground = Ground("retail")
    for name, condition in retail.SEGMENTS.items():
        ground.keys[name] = ground.segment(name, condition)
    ground.clock.instant = int(found["at"].max()) + 45 * DAY
    return ground


def agree(ground: Ground, found: Any) -> None:
    """Compare every segment at every instant, exactly."""
    names = {}
    for owner in set(found.owner):
        kind = "anonymous" if owner.startswith("invoice-") else "user"
        names[identity_hex(ground.site.pk, kind, owner)] = owner
    for now in retail.instants(found):
        expected = retail.members(found, now)
        for name, key in ground.keys.items():
            stays = history.members_at(ground.site.pk, key, now)
            actual = {names[stay.profile] for stay in stays}
            assert actual == expected[name], (name, now, len(actual ^ expected[name]))


def imported(ground: Ground, sent: Iterable[dict[str, Any]], pieces: int) -> None:
    messages = list(sent)
    for part in range(pieces):
        ground.admit(cut(messages, part, pieces), "import")
        ground.drain("import")


def cut(messages: list[dict[str, Any]], part: int, pieces: int) -> list[dict[str, Any]]:
    size = -(-len(messages) // pieces)
    return messages[part * size : (part + 1) * size]


def test_in_order_in_one_import(found: Any, sent: list[dict[str, Any]]) -> None:
    ground = opened(found)
    imported(ground, sorted(sent, key=lambda m: m["timestamp"]), 1)
    assert Logged.objects.count() == len(found) == len(sent)
    assert ground.balance() == {"applied": len(sent), "pending": 0}
    agree(ground, found)


def test_shuffled_with_every_tenth_repeated_in_fifty_pieces(
    found: Any, sent: list[dict[str, Any]]
) -> None:
    draw = random.Random(11)
    again = [*sent, *draw.sample(sent, len(sent) // 10)]
    draw.shuffle(again)
    ground = opened(found)
    imported(ground, again, 50)
    assert ground.balance() == {"applied": len(sent), "deduplicated": len(sent) // 10, "pending": 0}
    agree(ground, found)


def test_in_the_live_lane_shuffled_within_the_lateness(
    found: Any, sent: list[dict[str, Any]]
) -> None:
    draw = random.Random(12)
    arrivals = sorted(
        ((at(message) + draw.randrange(6 * 24) * HOUR, n) for n, message in enumerate(sent))
    )
    ground = opened(found)
    end = ground.clock.instant
    for part in in_parts(arrivals):
        ground.clock.instant = part[-1][0]
        assert all(ground.clock.instant - at(sent[n]) < 7 * DAY for _, n in part)
        ground.admit([sent[n] for _, n in part], limits=IMPORT)
        ground.drain()
        ground.fire()
    ground.clock.instant = end
    ground.fire()
    assert "late" not in ground.balance()
    agree(ground, found)


def in_parts(arrivals: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield what arrives within a day together: nobody waits until he is too late."""
    part: list[tuple[int, int]] = []
    for arrival in arrivals:
        if part and arrival[0] - part[0][0] > 24 * HOUR:
            yield part
            part = []
        part.append(arrival)
    yield part


def at(message: dict[str, Any]) -> int:
    return from_datetime(datetime.fromisoformat(message["timestamp"]))
