"""The rows of a matrix cut into parts, each compiled by itself, and kept where nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from rules.allocation import included
from rules.compiler import NOW, Keys, leaves
from rules.conditions import Condition, EventTest, Member, Same, Test, Windowed
from rules.conditions import Sequence as Steps
from rules.matrix.clauses import Literal, clauses
from rules.matrix.document import Row
from rules.matrix.index import Block
from rules.matrix.sorting import Ask, Entry, Sorted
from rules.matrix.splice import spliced
from rules.operators.registry import operators

_WHOLE = 100
FIRST = 2_048
"""So many clauses make the first block, in which most first matches are found: its masks are short.
"""
BLOCK = 8_192
"""So many make any other block: whoever matches nothing or all goes through few of them."""
HEAVY = 16_000_000
"""So many bits of masks make a block too: memory stays linear where every threshold is another."""
_OFTEN = 64

_Asked = tuple[tuple[Literal, ...], tuple[Condition, ...], tuple[Ask, ...]]


class Part:
    """Some rows, one after another, and their block; its rows are numbered from 0 on."""

    def __init__(self, rows: tuple[Row, ...], block: Block) -> None:
        self.rows = rows
        self.block = block

    @cached_property
    def needs(self) -> tuple[frozenset[str], frozenset[str], tuple[Windowed, ...]]:
        """The attributes, segments and measures its enabled rows ask for."""
        return _needs(row for row in self.rows if row.enabled)


def parts(rows: Iterable[Row], keys: Keys) -> tuple[Part, ...]:
    """Return the rows cut into compiled parts.

    >>> from rules.conditions import Member
    >>> found = parts([Row("a", Member("vip")), Row("b", Member("new"))], {})
    >>> [row.id for row in found[0].rows]
    ['a', 'b']
    """
    return tuple(_parts(rows, keys))


def edited(
    kept: Sequence[Part], start: int, stop: int, rows: tuple[Row, ...], keys: Keys
) -> tuple[Part, ...]:
    """Return the parts with the rows from ``start`` to before ``stop`` replaced by others.

    Those rows lie in one part, the only one that is changed; others may be added at its end.

    >>> from rules.conditions import Member
    >>> found = parts([Row("a", Member("vip")), Row("b", Member("new"))], {})
    >>> [row.id for row in edited(found, 1, 2, (Row("c", Member("old")),), {})[0].rows]
    ['a', 'c']
    """
    before = 0
    for place, part in enumerate(kept):
        end = before + len(part.rows)
        if stop <= end:
            made = _spliced(part, (start - before, stop - before), rows, keys)
            return (*kept[:place], *made, *kept[place + 1 :])
        before = end
    return (*kept, *_parts(rows, keys))


def _parts(rows: Iterable[Row], keys: Keys) -> Iterator[Part]:
    found = Sorted(keys)
    own: list[Row] = []
    most = min(FIRST, BLOCK)
    for row in rows:
        for asked in _asked(row):
            found.add(Entry(len(own), *asked))
        own.append(row)
        if _is_full(found, len(own), most):
            yield Part(tuple(own), Block(found.tables(), keys))
            found, own, most = Sorted(keys), [], BLOCK
    if own:
        yield Part(tuple(own), Block(found.tables(), keys))


def _is_full(found: Sorted, rows: int, most: int) -> bool:
    if max(rows, len(found)) >= most:
        return True
    return rows % _OFTEN == 0 and found.weight() * len(found) >= HEAVY


def _spliced(part: Part, cut: tuple[int, int], rows: tuple[Row, ...], keys: Keys) -> Iterable[Part]:
    """Return the part with other rows in a place: one, none, or two of one that grew too large."""
    own = (*part.rows[: cut[0]], *rows, *part.rows[cut[1] :])
    new = Sorted(keys)
    for i, row in enumerate(rows):
        for asked in _asked(row):
            new.add(Entry(i, *asked))
    tables = spliced(part.block.tables, cut, new.tables(), len(rows))
    if max(len(own), len(tables.owners)) > BLOCK + BLOCK // 2:
        return _parts(own, keys)
    return [Part(own, Block(tables, keys))] if own else []


def _asked(row: Row) -> Iterator[_Asked]:
    """Yield a row's clauses, its schedule asked of the instant, its rollout asked last of all."""
    if not row.enabled:
        return
    schedule = tuple(_schedule(row))
    last: tuple[Ask, ...] = (_rollout(row),) if row.rollout < _WHOLE else ()
    for clause in clauses(row.when):
        yield clause.literals + schedule, clause.rest, last


def _schedule(row: Row) -> Iterator[Literal]:
    if row.active is None:
        return
    if row.active.start_at is not None:
        yield Literal(Test(NOW, "not_before", row.active.start_at))
    if row.active.until_at is not None:
        yield Literal(Test(NOW, "before", row.active.until_at))


def _rollout(row: Row) -> Ask:
    seed, percent = row.id, row.rollout
    return lambda _facts, unit: included(seed, unit, percent)


def _needs(
    rows: Iterable[Row],
) -> tuple[frozenset[str], frozenset[str], tuple[Windowed, ...]]:
    attributes: set[str] = set()
    segments: set[str] = set()
    measures: dict[Windowed, None] = {}
    known = dict(operators)
    for row in rows:
        for leaf in leaves(row.when):
            if isinstance(leaf, Test):
                attributes.add(leaf.attribute)
                attributes.update(known[leaf.operator].reads(leaf.value))
            elif isinstance(leaf, Member):
                segments.add(leaf.segment)
            elif isinstance(leaf, EventTest):
                measures[leaf.measure] = None
            elif isinstance(leaf, Same | Steps):
                measures[leaf] = None
    return frozenset(attributes - {NOW}), frozenset(segments), tuple(measures)
