"""From an event to the windows it feeds: its name in conditions, its filter, its key, its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rules import compiler
from rules.conditions import Measure
from rules.errors import InvalidError
from rules.facts import Facts
from rules.state import Event
from rules.values import LARGEST, SCALE, scalar, scaled
from rules.windows.distinct import token

NAMES: Mapping[str, str] = {
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "identify": "Identify",
    "group": "Group",
    "alias": "Alias",
}
"""What events that are not tracked by a name of their own are called in conditions."""

LONGEST_TEXT = 256
"""A longer text is no value for first and last: it would be carried in every state."""

Take = Callable[[Event], object]
"""What a window takes of an event: its value, or ``None`` where there is none."""


class Feed(NamedTuple):
    """One window's interest in one event name.

    ``where`` filters (``None``: every event) and ``take`` gives what ``Window.add`` wants; where
    ``many``, a sequence of it: an event may hold several values of a key, one in each product of
    an order.
    """

    window: str
    where: compiler.Answer | None
    take: Take | None
    many: bool
    ranks: tuple[int, ...] = ()


class Told(dict[str, object]):
    """An event's properties and context by dotted path, looked up when asked."""

    __slots__ = ("event",)

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at a dotted path, or the default."""
        root, *names = path.split(".")
        value: Any = getattr(self.event, root) if root in {"properties", "context"} else None
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return default if value is None else value


def name_of(kind: str, name: str) -> str:
    """Return what an event of a Segment type is called in conditions.

    >>> name_of("track", "Order Completed"), name_of("page", "Home")
    ('Order Completed', 'Page Viewed')
    """
    return name if kind == "track" else NAMES.get(kind, name)


def facts_of(event: Event) -> Facts:
    """Return what a ``where`` may ask of one event.

    >>> event = Event(5, "", "track", "Viewed", {"item": {"sku": 7}}, {}, {})
    >>> facts_of(event).get("properties.item.sku"), facts_of(event).now
    (7, 5)
    """
    return Facts(Told(event), now=event.at)


def feed(key: str, measure: Measure) -> Feed:
    """Return the feed of a window of its own.

    >>> feed("k", Measure("Order Completed")).take is None
    True
    """
    if measure.kind == "distinct" and measure.path is not None:
        return Feed(key, _where(measure), every(measure.path), many=True)
    return Feed(key, _where(measure), taking(measure), many=False)


def keyed(key: str, leaf: str, measure: Measure, path: str) -> Feed:
    """Return the feed of one leaf of a ``same``; an event without the key feeds nothing.

    >>> take = keyed("k", "0", Measure("Viewed"), "properties.sku").take
    >>> take(Event(0, "", "track", "Viewed", {"sku": "a"}, {}, {}))
    [('0', 'sa', None)]
    """
    read, value = every(path), taking(measure)

    def take(event: Event) -> object:
        texts = {token(one): None for one in read(event)}
        texts.pop(None, None)
        if not texts:
            return ()
        measured = value(event) if value else None
        return [(leaf, text, measured) for text in texts]

    return Feed(key, _where(measure), take, many=True)


def _where(measure: Measure) -> compiler.Answer | None:
    return None if measure.where is None else compiler.compile(measure.where, {})


def reader(path: str) -> Take:
    """Return the function that reads a ``properties`` or ``context`` path of an event.

    >>> reader("properties.a.b")(Event(0, "", "track", "x", {"a": {"b": 1}}, {}, {}))
    1
    """
    root, *names = path.split(".")
    last = names.pop()

    def read(event: Event) -> object:
        value: Any = event.properties if root == "properties" else event.context
        for name in names:
            value = value.get(name)
            if not isinstance(value, Mapping):
                return None
        return value.get(last)

    return read


def every(path: str) -> Callable[[Event], Sequence[object]]:
    """Return the function that reads all values of a path, through lists of objects and of values.

    >>> bought = {"products": [{"sku": "a"}, {"sku": "b"}]}
    >>> every("properties.products.sku")(Event(0, "", "track", "x", bought, {}, {}))
    ['a', 'b']
    """
    root, *names = path.split(".")
    only = names[0] if len(names) == 1 else None

    def read(event: Event) -> Sequence[object]:
        if only is not None:  # most paths have one name
            value = (event.properties if root == "properties" else event.context).get(only)
            if not isinstance(value, list | tuple):
                return () if value is None else (value,)
        found: list[Any] = [event.properties if root == "properties" else event.context]
        for name in names:
            found = [value.get(name) for value in found if isinstance(value, Mapping)]
            if any(isinstance(value, list | tuple) for value in found):
                found = list(_opened(found))
        return [value for value in found if value is not None]

    return read


def _opened(values: list[Any]) -> Iterator[object]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from value
        else:
            yield value


def taking(measure: Measure) -> Take | None:
    """Return the function that takes a measure's value of an event; ``None`` where it needs none.

    Numbers become millionths, out of range ones nothing; first and last take what is a string, a
    boolean or a number.

    >>> take = taking(Measure("Order Completed", kind="sum", path="properties.total"))
    >>> take(Event(0, "", "track", "Order Completed", {"total": 2.5}, {}, {}))
    2500000
    """
    if measure.path is None:
        return None
    read = reader(measure.path)
    if measure.kind in {"sum", "avg", "min", "max"}:
        return lambda event: amount(read(event))
    if measure.kind == "distinct":
        return read
    return lambda event: _short(read(event))


def amount(raw: object) -> int | None:
    """Return a number in millionths, ``None`` for what is no number between plus and minus 10^12.

    >>> amount(3), amount("3"), amount(True)
    (3000000, None, None)
    """
    if type(raw) is int:
        return raw * SCALE if -LARGEST <= raw <= LARGEST else None
    if type(raw) is not float:
        return None
    try:
        return scaled(raw)
    except InvalidError:
        return None


def _short(raw: object) -> object:
    value = scalar(raw)
    return None if isinstance(value, str) and len(value) > LONGEST_TEXT else value
