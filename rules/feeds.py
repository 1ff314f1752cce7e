"""From an event to the windows it feeds: its name in conditions, its filter, its key, its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple, cast

from rules import compiler
from rules.conditions import Condition, Measure
from rules.errors import InvalidError
from rules.facts import Facts
from rules.state import Event
from rules.values import LARGEST, SCALE, scalar, scaled
from rules.windows import registry
from rules.windows.distinct import token
from rules.windows.points import Part, Score
from rules.windows.registry import kinds
from rules.windows.window import EVENT, Sign

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

ANY = ""
"""Where those are listed that listen to every message, whatever its name."""

Take = Callable[[Event], object]
"""What a window takes of an event: its value, or ``None`` where there is none."""


class Feed(NamedTuple):
    """One window's interest in one event name.

    ``where`` filters (``None``: every event) and ``take`` gives what ``Window.add`` wants; where
    ``many``, a sequence of it: an event may hold several values of a key, one in each product of
    an order. A ``sign`` tells nothing to a window in which nothing happened yet; a window that
    ``prunes`` is told before each event that nothing earlier will come.
    """

    window: str
    where: compiler.Answer | None
    take: Take | None
    many: bool
    ranks: tuple[int, ...] = ()
    sign: bool = False
    prunes: bool = False


Fed = tuple[tuple[str, Feed], ...]
"""Feeds by the name of the event that each listens to."""


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


def of(key: str, measure: Measure) -> Fed:
    """Return the feeds of a window of its own, by event name: of its events, then of signs.

    >>> [name for name, feed in of("k", Measure("A", kind="rate", path="B"))]
    ['A', 'B']
    """
    if isinstance(measure.setting, Score):
        parts = enumerate(measure.setting.parts)
        return tuple(chain.from_iterable(_parts(key, place, part) for place, part in parts))
    prunes = registry.prunes(measure)
    if measure.kind == "distinct" and measure.path is not None:
        own = Feed(key, _where(measure.where), every(measure.path), many=True, prunes=prunes)
    else:
        own = Feed(key, _where(measure.where), taking(measure), many=False, prunes=prunes)
    signs = (
        (name, Feed(key, where, partial(_sign, sign), many=False, sign=quiet, prunes=prunes))
        for name, where, sign, quiet in _signs(measure)
    )
    return ((measure.event, own), *signs)


def _parts(key: str, place: int, part: Part) -> Iterator[tuple[str, Feed]]:
    """Yield the feeds of one part of a score: what it takes goes to its place."""

    def placed(take: Take | None) -> Take:
        return lambda event: (place, take(event) if take else None)

    def each(take: Take) -> Take:
        return lambda event: [(place, value) for value in cast("Sequence[object]", take(event))]

    for name, feed in of(key, part.measure):
        many = feed.take if feed.many else None
        yield name, feed._replace(take=each(many) if many else placed(feed.take))


def _signs(measure: Measure) -> Iterator[tuple[str, compiler.Answer | None, Sign, bool]]:
    """Yield what else a window listens to: a name, a filter, what it stands for, if it is quiet."""
    span = measure.span
    if kinds[measure.kind].takes == EVENT and measure.path is not None:
        yield measure.path, None, Sign.PER, False
    if span.since_last is not None:
        yield span.since_last, _where(span.since_where), Sign.RESET, False
    if span.in_session is not None:
        yield ANY, None, Sign.BEAT, True


def _sign(sign: Sign, _event: Event) -> Sign:
    return sign


def keyed(key: str, leaf: str, measure: Measure, path: str, *, prunes: bool = False) -> Fed:
    """Return the feeds of one leaf of a ``same``; an event without the key feeds nothing.

    That the profile did something is told to the whole group, under the session's gap.

    >>> take = keyed("k", "0", Measure("Viewed"), "properties.sku")[0][1].take
    >>> take(Event(0, "", "track", "Viewed", {"sku": "a"}, {}, {}))
    [('0', 'sa', None)]
    """
    read = every(path)

    def told(value: Take | None) -> Take:
        def take(event: Event) -> object:
            texts = {token(one): None for one in read(event)}
            texts.pop(None, None)
            if not texts:
                return ()
            measured = value(event) if value else None
            return [(leaf, text, measured) for text in texts]

        return take

    own = Feed(key, _where(measure.where), told(taking(measure)), many=True, prunes=prunes)
    found = [(measure.event, own)]
    for name, where, sign, _ in _signs(measure):
        take = _beat(measure.span.in_session) if sign is Sign.BEAT else told(partial(_sign, sign))
        quiet = sign is Sign.BEAT
        found.append((name, Feed(key, where, take, many=True, sign=quiet, prunes=prunes)))
    return tuple(found)


@lru_cache(maxsize=256)
def _beat(gap: int | None) -> Take:
    """Return the function that tells a group, under a session's gap, that something was done."""
    said = [(gap, None, Sign.BEAT)]
    return lambda _event: said


def _where(asked: Condition | None) -> compiler.Answer | None:
    return None if asked is None else compiler.compile(asked, {})


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
    takes = kinds[measure.kind].takes
    if measure.path is None or takes == EVENT:
        return None
    read = reader(measure.path)
    if kinds[measure.kind].millionths:
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
