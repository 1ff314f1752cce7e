"""The store's columns in the form that conditions over columns ask: rules.columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from personalization.features.columns.told import kind, steady
from rules.columns.coded import Coded, constant, flags
from rules.columns.column import Column, Mask
from rules.columns.gathering import column
from rules.columns.mixed import Mixed
from rules.columns.numbers import Numbers
from rules.columns.table import Columns
from rules.compiler import in_millionths
from rules.definitions import Definitions
from rules.evidence import plain
from rules.values import SCALE, canonical

EXACT = 2**53
OPENED: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "vast": int,
    "json": lambda text: _frozen(orjson.loads(text)),
}
"""How a text in a dictionary becomes the value it stands for."""


def columns(
    whole: pa.Table, definitions: Definitions, at: int, paths: Iterable[str], keys: Iterable[str]
) -> Columns:
    """Return the columns that a condition asks: attributes, segments by slug, windows by key.

    ``KeyError`` for a window that is not kept; ``definitions`` are those the store was made with,
    and with their ``types`` traits are brought to a type.
    """
    size = len(whole)
    segments = {
        slug: _flags(whole, f"segment:{key}|flag") for slug, key in definitions.segments.items()
    }
    windows = {key: _window(whole, definitions, key, at) for key in keys}
    return Columns(
        size,
        {path: _attribute(whole, definitions, path, at) for path in paths},
        {slug: found for slug, found in segments.items() if found is not None},
        windows,
        at,
    )


def _attribute(whole: pa.Table, definitions: Definitions, path: str, at: int) -> Column:
    if path.startswith("features."):
        key = definitions.features.get(path.removeprefix("features."))
        if key is None:
            return constant(None, len(whole))
        plainly = in_millionths(kind(definitions.recipes[key]))
        return _window(whole, definitions, key, at, plainly=plainly)
    type_ = definitions.types.get(path) if path.startswith("traits.") else None
    found = _parts(whole, path, _Turn())
    return found if type_ is None else _typed(found, type_, len(whole))


def _window(
    whole: pa.Table, definitions: Definitions, key: str, at: int, *, plainly: bool = False
) -> Column:
    """Return what a window reads; a profile at which nothing happened reads an empty window.

    ``plainly`` gives millionths as people write them.
    """
    recipe = definitions.recipes[key]
    if not steady(recipe):
        raise KeyError(key)
    latest = at if kind(recipe) == "recency" else None
    found = _parts(whole, f"window:{key}", _Turn(latest, plainly))
    nothing = recipe.create().read(at)
    if nothing is None:
        return found
    unknown = _mask(whole, f"window:{key}|unknown")
    part = slice(0, len(whole))
    empty = ~found.known(part) if unknown is None else ~found.known(part) & ~unknown
    filled = Coded(empty.astype(np.uint8), (None, nothing))
    return Mixed([found, filled]) if empty.any() else found


class _Turn(NamedTuple):
    """How numbers are read: as the time since them up to ``at``, and as people write millionths."""

    at: int | None = None
    plainly: bool = False


def _parts(whole: pa.Table, name: str, turn: _Turn) -> Column:
    found = [
        made
        for part in ("whole", "real", "flag", *OPENED)
        if (made := _part(whole, f"{name}|{part}", part, turn)) is not None
    ]
    if not found:
        return constant(None, len(whole))
    return found[0] if len(found) == 1 else Mixed(found)


def _part(whole: pa.Table, name: str, part: str, turn: _Turn) -> Column | None:
    if name not in whole.column_names:
        return None
    array = whole[name].combine_chunks()
    if part == "flag":
        return _flags(whole, name)
    if part in OPENED:
        indices = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        values = [OPENED[part](text) for text in array.dictionary.to_pylist()]
        values = [plain(value) for value in values] if turn.plainly else values
        return Coded(indices + 1, (None, *values))
    known = None if not array.null_count else array.is_valid().to_numpy(zero_copy_only=False)
    values = array.fill_null(0).to_numpy(zero_copy_only=False)
    if part == "real":
        whole_ones = np.floor(values) == values
        as_said = np.any(whole_ones if known is None else whole_ones & known)
        return column(array.to_pylist()) if as_said else Numbers(values, known)
    values = values if turn.at is None else turn.at - values
    return _unscaled(values, known) if turn.plainly else Numbers(values, known)


def _unscaled(values: Any, known: Mask | None) -> Column:
    """Return millionths as people write them; what no double holds exactly goes one by one."""
    if len(values) and np.abs(values).max() > EXACT:
        there = np.ones(len(values), np.bool_) if known is None else known
        pairs = zip(values.tolist(), there.tolist(), strict=True)
        return column(plain(value) if mine else None for value, mine in pairs)
    return Numbers(values / SCALE, known)


def _flags(whole: pa.Table, name: str) -> Column | None:
    inside = _mask(whole, name)
    if inside is None:
        return None
    array = whole[name].combine_chunks()
    return flags(inside, array.is_valid().to_numpy(zero_copy_only=False))


def _mask(whole: pa.Table, name: str) -> Mask | None:
    if name not in whole.column_names:
        return None
    values = whole[name].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
    mask: Mask = values != 0
    return mask


def _typed(found: Column, type_: str, size: int) -> Column:
    values, codes = found.distinct(slice(0, size))
    return _recoded([canonical(type_, value) for value in values], codes)


def _recoded(values: list[object], codes: Any) -> Column:
    return (
        Coded(np.asarray(codes, np.int64) + 1, (None, *values))
        if None not in values
        else _sure(values, codes)
    )


def _sure(values: list[object], codes: Any) -> Column:
    """Return a column of values some of which are unknown: the unknown is code 0."""
    places = np.array([0 if value is None else i + 1 for i, value in enumerate(values)])
    return Coded(places[np.asarray(codes)], (None, *values))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
