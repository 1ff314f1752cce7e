"""The vocabulary of sentences: the words for operators, events and measures, each said once.

An operator's words are its label on the shelf; an event of the well-known shopping vocabulary is
said as a verb, any other event by its name in quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

from rules.operators.registry import Operator, operators
from rules.windows.registry import sayable

Words = tuple[str, ...]
Found = TypeVar("Found")

ARTICLES = frozenset(("a", "an", "the"))
"""What may be left out of an event's words."""

EVENTS: Mapping[str, str] = {
    "Products Searched": "searched for products",
    "Product List Viewed": "viewed a list of products",
    "Product List Filtered": "filtered a list of products",
    "Promotion Viewed": "viewed a promotion",
    "Promotion Clicked": "clicked a promotion",
    "Product Clicked": "clicked a product",
    "Product Viewed": "viewed a product",
    "Product Added": "added a product to the cart",
    "Product Removed": "removed a product from the cart",
    "Cart Viewed": "viewed the cart",
    "Checkout Started": "started a checkout",
    "Checkout Step Viewed": "viewed a checkout step",
    "Checkout Step Completed": "completed a checkout step",
    "Payment Info Entered": "entered payment details",
    "Order Completed": "placed an order",
    "Order Cancelled": "cancelled an order",
    "Coupon Entered": "entered a coupon",
    "Coupon Applied": "applied a coupon",
    "Coupon Removed": "removed a coupon",
    "Product Added to Wishlist": "added a product to the wishlist",
    "Product Removed from Wishlist": "removed a product from the wishlist",
    "Product Shared": "shared a product",
    "Cart Shared": "shared the cart",
    "Product Reviewed": "reviewed a product",
}
"""Events by name (Segment, "Ecommerce events", v2) and how a person says that they did it."""

MEASURES: Mapping[str, str] = {
    "count": "number of",
    "recency": "time since",
    "sum": "sum of",
    "avg": "average of",
    "min": "least",
    "max": "greatest",
    "distinct": "number of different",
    "first": "first",
    "last": "last",
    "rate": "rate per",
    "most_frequent": "most frequent",
    "decayed": "decayed score",
    "last_values": "latest",
    "first_at": "time of the first",
    "last_at": "time of the last",
}
"""Kinds of measures in words; any other is said as its name and "of"."""


def measure_words(kind: str) -> str:
    """Return how a kind of measure is said after "the".

    >>> measure_words("sum"), measure_words("median")
    ('sum of', 'median of')
    """
    return MEASURES.get(kind) or kind.replace("_", " ") + " of"


def counted(part: Operator) -> str | None:
    """Return an operator's words between an event and "times", or ``None`` where there are none.

    >>> counted(operators["at_least"]), counted(operators["equals"]), counted(operators["contains"])
    ('at least', 'exactly', None)
    """
    first, _, rest = part.label.partition(" ")
    if first != "is" or not (numeric(part) or part.shape.name == "single"):
        return None
    return f"{rest} exactly".strip() if rest in {"", "not"} else rest


def numeric(part: Operator) -> bool:
    """Tell whether an operator's value is a number or a pair of them.

    >>> numeric(operators["between"]), numeric(operators["equals"])
    (True, False)
    """
    schema = part.shape.schema
    return schema.get("type") == "number" or (is_pair(schema) and "number" in str(schema["items"]))


def is_pair(schema: Mapping[str, object]) -> bool:
    """Tell whether a JSON Schema asks for a list of exactly two.

    >>> is_pair(operators["between"].shape.schema)
    True
    """
    return schema.get("minItems") == schema.get("maxItems") == 2  # noqa: PLR2004 a pair


@cache
def operator_words() -> Mapping[Words, Operator]:
    """Return the operators by the words of their label, and by their name in one word.

    ``ValueError`` where two operators would be said alike.

    >>> operator_words()["is", "at", "least"].name, operator_words()[("at_least",)].name
    ('at_least', 'at_least')
    """
    labels = [(tuple(part.label.lower().split()), part) for part in operators.values()]
    names = [((part.name,), part) for part in operators.values()]
    return _told_apart([*labels, *names])


@cache
def counts() -> Mapping[Words, Operator]:
    """Return the operators that follow an event: how many times, or which habit it is.

    >>> counts()["at", "least"].name, counts()["for", "the", "first", "time"].name
    ('at_least', 'first_time')
    """
    habits = [(part.label, part) for part in operators.values() if part.of_events]
    said = [*habits, *((counted(part), part) for part in operators.values())]
    return _told_apart([(tuple(words.split()), part) for words, part in said if words])


@cache
def measures() -> Mapping[Words, str]:
    """Return the kinds of measures by their words.

    >>> measures()["sum", "of"]
    'sum'
    """
    return _told_apart([(tuple(measure_words(kind).split()), kind) for kind in sayable()])


@cache
def events() -> Mapping[Words, str]:
    """Return the events that are said as verbs, by their words without articles.

    >>> events()["placed", "order"]
    'Order Completed'
    """
    return _told_apart(
        [
            (tuple(w for w in said.split() if w not in ARTICLES), name)
            for name, said in EVENTS.items()
        ]
    )


def _told_apart(pairs: Iterable[tuple[Words, Found]]) -> Mapping[Words, Found]:
    table: dict[Words, Found] = {}
    for words, part in pairs:
        if table.setdefault(words, part) is not part:
            raise ValueError(f"two parts are said alike: {' '.join(words)}")
    return table
