"""People who never were: 30 days of a shop's visitors, the same ones for the same seed.

Pure: numbers and instants come in, Segment messages come out. Who looks again at the same thing,
comes back in the evening and fills a cart is likelier to buy, so there is something to learn.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from personalization.flows import shopper
from personalization.flows.lantern import Catalogue
from personalization.flows.shopper import Message, Person
from personalization.plant.instants import SECOND

DAY = 86_400 * SECOND
DAYS = 30
FEWEST = 3
HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 14, 12, 10, 10, 12, 15, 19, 24, 26, 22, 13, 6)
"""How busy each hour of the day is: a hump at noon, a mountain in the evening."""
WEEK = (9, 9, 9, 10, 11, 14, 14)
"""How busy each day is, from the Thursday that began 1970."""
AIR = 2 * 3600 * SECOND
"""No visit starts later than this before the end."""


def quotas(seed: int, visitors: int, events: int) -> list[int]:
    """Return how many events each visitor causes: few with many, many with few, exactly the sum.

    ValueError where there are fewer than three events a visitor.
    """
    if events < FEWEST * visitors:
        raise ValueError(f"{visitors} visitors need at least {FEWEST * visitors} events")
    dice = Random(f"{seed}/quotas")  # noqa: S311 a simulation
    weights = [dice.lognormvariate(0, 1) for _ in range(visitors)]
    spare = events - FEWEST * visitors
    scale = spare / sum(weights)
    counts = [FEWEST + int(weight * scale) for weight in weights]
    for index in range(events - sum(counts)):
        counts[index % visitors] += 1
    return counts


def visitor(seed: int, number: int, quota: int, until: int, catalogue: Catalogue) -> list[Message]:
    """Return one visitor's messages in order of time, the last of them before ``until``."""
    dice = Random(f"{seed}/{number}")  # noqa: S311 a simulation
    loves = dice.choices(list(catalogue.categories), (5, 3, 3, 2, 1))[0]
    person = Person(number, dice, dice.gauss(-2.9, 1.5), loves, quota)
    visits = max(1, min(24, round(quota / dice.uniform(6, 14))))
    for starts in sorted(_moment(dice, until) for _ in range(visits)):
        shopper.visit(person, starts, quota // visits + 1, catalogue)
    while not person.full:
        shopper.visit(person, _moment(dice, until), quota - len(person.messages), catalogue)
    person.messages.sort(key=lambda message: str(message["timestamp"]))
    return person.messages[:quota]


def everybody(
    seed: int, visitors: int, events: int, until: int, catalogue: Catalogue
) -> Iterator[list[Message]]:
    """Yield each visitor's messages, one visitor after the other."""
    for number, quota in enumerate(quotas(seed, visitors, events)):
        yield visitor(seed, number, quota, until, catalogue)


def _moment(dice: Random, until: int) -> int:
    """Return when a visit starts: an hour people are awake, well before ``until``."""
    while True:
        midnight = until - until % DAY - dice.randrange(DAYS) * DAY
        busy = WEEK[midnight // DAY % 7]
        hour = dice.choices(range(24), HOURS)[0]
        at = midnight + hour * 3600 * SECOND + dice.randrange(3600 * SECOND)
        if dice.random() * max(WEEK) < busy and at < until - AIR:
            return at
