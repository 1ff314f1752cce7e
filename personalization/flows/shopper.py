"""One simulated shopper: what a visit is like, and what it leaves behind as Segment messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp
from random import Random
from typing import Any

from personalization.flows.lantern import Catalogue, Product
from personalization.plant.instants import SECOND, to_text

Message = dict[str, Any]
NAMES = ("Ada", "Ben", "Cleo", "Dov", "Eda", "Finn", "Gia", "Hal", "Ines", "Jon", "Kaya", "Leo")
AGAIN, TIRED = 0.6, 0.08
"""How often somebody turns to another product, and leaves after a look."""
REGULAR = 2
"""With this order people say who they are."""


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


def visit(person: Person, at: int, most: int, catalogue: Catalogue) -> None:
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
    weights = [6 if one.category == person.loves else 1 for one in goods]
    return person.dice.choices(goods, weights)[0]


def _yes(dice: Random, leaning: float) -> bool:
    return dice.random() < 1 / (1 + exp(-leaning))


def _buy(person: Person, at: int) -> None:
    """Pay for the cart; who buys again says who they are."""
    person.orders += 1
    number = {"order_id": f"S-{person.number}-{person.orders}"}
    bought = [product.seen | {"quantity": 1} for product in person.cart]
    revenue = sum(product.price for product in person.cart)
    order = number | {"revenue": revenue, "products": bought}
    at = _say(person, at, event="Order Completed", properties=order)
    for one in bought:
        _say(person, at, event="Product Bought", properties=one | number)
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
