"""People who never were: 30 days of a shop's visitors, the same ones for the same seed.

Pure: numbers and instants come in, Segment messages come out. Who looks again at the same thing,
comes back in the evening and fills a cart is likelier to buy, so there is something to learn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp
from random import Random
from typing import Any

from personalization.flows.lantern import Catalogue, Product
from personalization.plant.instants import SECOND, to_text

Message = dict[str, Any]
DAY = 86_400 * SECOND
DAYS = 30
FEWEST = 3
HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 14, 12, 10, 10, 12, 15, 19, 24, 26, 22, 13, 6)
"""How busy each hour of the day is: a hump at noon, a mountain in the evening."""
WEEK = (9, 9, 9, 10, 11, 14, 14)
"""How busy each day is, from the Thursday that began 1970."""
NAMES = ("Ada", "Ben", "Cleo", "Dov", "Eda", "Finn", "Gia", "Hal", "Ines", "Jon", "Kaya", "Leo")
AGAIN = 0.6
"""How often somebody turns to another product."""
TIRED = 0.08
"""How often somebody leaves after a look."""
REGULAR = 2
"""With this order people say who they are."""
AIR = 2 * 3600 * SECOND
"""No visit starts later than this before the end."""


@dataclass(slots=True)
class Person:
    """One visitor: how keen, what for, how often; and what they did so far."""

    number: int
    dice: Random
    keen: float
    loves: str
    quota: int
    messages: list[Message] = field(default_factory=list)
    cart: list[Product] = field(default_factory=list)
    orders: int = 0
    looks: int = 0

    @property
    def full(self) -> bool:
        """Return whether they did all they were to do."""
        return len(self.messages) >= self.quota


def quotas(seed: int, visitors: int, events: int) -> list[int]:
    """Return how many events each visitor causes: few with many, many with few, exactly the sum."""
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
        _visit(person, starts, quota // visits + 1, catalogue)
    while not person.full:
        _visit(person, _moment(dice, until), quota - len(person.messages), catalogue)
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


def _visit(person: Person, at: int, most: int, catalogue: Catalogue) -> None:
    """Let the person walk through the shop until tired or out of events."""
    dice = person.dice
    end = len(person.messages) + most
    at = _say(person, at, "page", name="Lantern outdoor", properties={"path": "/shop/"})
    favourite: Product | None = None
    while len(person.messages) < end and not person.full:
        if favourite is None or dice.random() < AGAIN:
            favourite = _pick(person, catalogue)
        at = _say(person, at, event="Product Viewed", properties=favourite.seen)
        person.looks += 1
        if _yes(dice, person.keen - 0.9 + 0.02 * person.looks):
            person.cart.append(favourite)
            at = _say(person, at, event="Product Added", properties=favourite.seen)
        if person.cart and _yes(dice, person.keen - 1.0 + 0.5 * len(person.cart)):
            _buy(person, at)
            return
        if dice.random() < TIRED:
            return


def _pick(person: Person, catalogue: Catalogue) -> Product:
    goods = list(catalogue.products.values())
    return person.dice.choices(goods, [6 if one.category == person.loves else 1 for one in goods])[
        0
    ]


def _yes(dice: Random, leaning: float) -> bool:
    return dice.random() < 1 / (1 + exp(-leaning))


def _buy(person: Person, at: int) -> None:
    """Pay for the cart; who buys again says who they are."""
    person.orders += 1
    products = [product.seen | {"quantity": 1} for product in person.cart]
    order = {
        "order_id": f"S-{person.number}-{person.orders}",
        "revenue": sum(product.price for product in person.cart),
        "products": products,
    }
    at = _say(person, at, event="Order Completed", properties=order)
    for product in person.cart:
        _say(
            person,
            at,
            event="Product Bought",
            properties=product.seen | {"order_id": order["order_id"]},
        )
    if person.orders == REGULAR:
        name = NAMES[person.number % len(NAMES)]
        user = f"customer-{person.number}"
        _say(person, at, "identify", userId=user, traits={"name": name})
    person.cart.clear()


def _say(person: Person, at: int, kind: str = "track", **fields: Any) -> int:
    """Write one message down and return when the next thing may happen."""
    person.messages.append(
        {
            "type": kind,
            "messageId": f"sim-{person.number}-{len(person.messages)}",
            "anonymousId": f"sim-visitor-{person.number:06d}",
            "timestamp": to_text(at),
            **fields,
        }
    )
    return at + person.dice.randrange(4 * SECOND, 150 * SECOND)
