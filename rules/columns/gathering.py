"""Values and facts of many profiles laid out as columns, each in the form it is asked fastest in.

What comes back from a column is what went in, type and all; only the order of a list of different
texts is not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import Any

import numpy as np

from rules.columns.coded import Coded, constant, flags, narrowed
from rules.columns.column import Column, Mask
from rules.columns.mixed import Mixed
from rules.columns.numbers import Numbers
from rules.columns.places import Places
from rules.columns.table import Columns
from rules.columns.tags import WORD, Tags
from rules.compiler import Keys, measuring
from rules.conditions import Measure
from rules.facts import Facts
from rules.values import canonical, scalar

MOST_TAGS = 512
"""Different texts kept as bits; lists with rarer ones are kept as they are."""
_EXACT = 2**53
_INTEGERS = 2**63
_PAIR = 2
_KINDS: tuple[str, ...] = ("integer", "real", "place", "tags", "other")


def column(values: Iterable[object]) -> Column:
    """Return a column of canonical values (``rules.values.canonical``), ``None`` for the unknown.

    Values of several types may stand in one column. About 1 us for each value.

    >>> column(["pro", None, 5]).known(slice(0, 3)).tolist()
    [True, False, True]
    """
    told = list(values)
    kinds = [_kind(value) for value in told]
    _keep_few_tags(told, kinds)
    integers = [value for value, kind in zip(told, kinds, strict=True) if kind == "integer"]
    if "real" in kinds and all(-_EXACT <= value <= _EXACT for value in integers):  # type: ignore[operator]
        kinds = ["real" if kind == "integer" else kind for kind in kinds]
    found = [
        _MAKERS[kind](told, np.fromiter((each == kind for each in kinds), np.bool_, len(kinds)))
        for kind in _KINDS
        if kind in kinds
    ]
    if not found:
        return constant(None, len(told))
    return found[0] if len(found) == 1 else Mixed(found)


def gather(people: Sequence[Facts], keys: Keys, paths: Iterable[str] | None = None) -> Columns:
    """Return the facts of many profiles as columns; ``keys`` names the windows to be read.

    ``paths`` are the attributes asked for, where not all that is told. ``ValueError`` unless all
    are at the same instant.

    >>> gather([Facts({"traits.plan": "pro"}), Facts()], {}).size
    2
    """
    if len({facts.now for facts in people}) > 1:
        raise ValueError("expected facts of one instant")
    if paths is None:
        paths = dict.fromkeys(path for facts in people for path in facts.attributes)
    names = dict.fromkeys(name for facts in people for name in facts.segments)
    return Columns(
        len(people),
        {path: column(facts.attributes.get(path) for facts in people) for path in paths},
        {name: column(facts.segments.get(name) for facts in people) for name in names},
        {key: column(_readings(people, asked, keys)) for asked, key in keys.items()},
        people[0].now if people else 0,
    )


def _readings(people: Sequence[Facts], asked: Any, keys: Keys) -> Iterable[object]:
    if isinstance(asked, Measure):
        read = measuring(asked, keys)
        return (read(facts) for facts in people)
    windows = ((facts.windows.get(keys[asked]), facts.now) for facts in people)
    return (False if window is None else window.read(now) for window, now in windows)


def _kind(value: object) -> str | None:
    """Name the form in which a value can be kept without loss."""
    if value is None:
        return None
    if type(value) is int:
        return "integer" if -_INTEGERS <= value < _INTEGERS else "other"
    if type(value) is float:
        return "real" if isfinite(value) and type(scalar(value)) is float else "other"
    if type(value) is tuple:
        return _kind_of_list(value)
    return "other"


def _kind_of_list(items: tuple[object, ...]) -> str:
    types = {type(item) for item in items}
    if types <= {str}:
        return "tags" if len(set(items)) == len(items) else "other"
    pair = types == {float} and len(items) == _PAIR
    return "place" if pair and canonical("location", items) == items else "other"


def _keep_few_tags(told: list[Any], kinds: list[str | None]) -> None:
    """Leave the lists with rare items to the dictionary, in place, where the items are many."""
    lists = [i for i, kind in enumerate(kinds) if kind == "tags"]
    items = Counter(item for i in lists for item in told[i])
    rare = {item for item, _ in items.most_common()[MOST_TAGS:]}
    for i in lists:
        if not rare.isdisjoint(told[i]):
            kinds[i] = "other"


def _integers(told: list[Any], here: Mask) -> Column:
    values = (value if mine else 0 for value, mine in zip(told, here, strict=True))
    return Numbers(np.fromiter(values, np.int64, len(told)), _known(here))


def _reals(told: list[Any], here: Mask) -> Column:
    values = (value if mine else 0 for value, mine in zip(told, here, strict=True))
    return Numbers(np.fromiter(values, np.float64, len(told)), _known(here))


def _places(told: list[Any], here: Mask) -> Column:
    pairs = [place if mine else (0.0, 0.0) for place, mine in zip(told, here, strict=True)]
    degrees = np.array(pairs, np.float64)
    return Places(degrees[:, 0].copy(), degrees[:, 1].copy(), _known(here))


def _tags(told: list[Any], here: Mask) -> Column:
    lists = [(row, told[row]) for row in np.flatnonzero(here).tolist()]
    places: dict[str, int] = {}
    for _, items in lists:
        for item in items:
            places.setdefault(item, len(places))
    words = np.zeros((max(1, -(-len(places) // WORD)), len(told)), np.uint64)
    for row, items in lists:
        for item in items:
            word, bit = divmod(places[item], WORD)
            words[word, row] |= np.uint64(1 << bit)
    return Tags(words, tuple(places), _known(here))


def _coded(told: list[Any], here: Mask) -> Column:
    if {type(told[row]) for row in np.flatnonzero(here).tolist()} == {bool}:
        truths = (value is True for value in told)
        return flags(np.fromiter(truths, np.bool_, len(told)), here)
    values: list[object] = [None]
    places: dict[object, int] = {}
    codes = []
    for value, mine in zip(told, here, strict=True):
        if not mine:
            codes.append(0)
            continue
        place = places.setdefault(_name(value), len(values))
        if place == len(values):
            values.append(value)
        codes.append(place)
    return Coded(narrowed(codes, len(values)), values)


def _name(value: object) -> object:
    """Return what tells values apart: 1, 1.0 and true are three, and what has no hash is itself."""
    if isinstance(value, tuple):
        return tuple(_name(item) for item in value)
    try:
        hash(value)
    except TypeError:
        return id, id(value)
    return type(value), str(value) if isinstance(value, float) else value


def _known(here: Mask) -> Mask | None:
    return None if here.all() else here


_MAKERS: dict[str, Callable[[list[Any], Mask], Column]] = {
    "integer": _integers,
    "real": _reals,
    "place": _places,
    "tags": _tags,
    "other": _coded,
}
