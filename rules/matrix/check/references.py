"""What rows name and the site does not have: attributes, segments, and types that do not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rules import compiler, wording
from rules.compiler import NOW
from rules.conditions import Test
from rules.matrix.check.atoms import leaves
from rules.matrix.check.domains import Catalogue
from rules.matrix.check.findings import Finding
from rules.matrix.document import Row
from rules.operators.registry import operators


def references(
    rows: Iterable[Row], catalogue: Catalogue | None, segments: Collection[str] | None
) -> Iterator[Finding]:
    """Yield a finding for each name that nothing answers to; what is not given is not checked.

    >>> from rules.conditions import Member
    >>> [found.code for found in references([Row("a", Member("vip"), "x")], None, ["new"])]
    ['missing_segment']
    """
    for row in rows:
        if catalogue is not None:
            yield from _attributes(row, catalogue)
            yield from _types(row, catalogue)
        if segments is not None:
            yield from _segments(row, segments)


def _attributes(row: Row, catalogue: Catalogue) -> Iterator[Finding]:
    for path in sorted(compiler.attributes(row.when) - {NOW}):
        if path not in catalogue:
            said = f"Row {row.id} asks about {path}, which the catalogue does not have."
            yield Finding("missing_attribute", said, (row.id,), column=path)


def _segments(row: Row, segments: Collection[str]) -> Iterator[Finding]:
    for name in sorted(compiler.segments(row.when)):
        if name not in segments:
            said = f"Row {row.id} asks about the segment {name}, which does not exist."
            yield Finding("missing_segment", said, (row.id,), column=name)


def _types(row: Row, catalogue: Catalogue) -> Iterator[Finding]:
    for leaf in dict.fromkeys(leaves(row.when)):
        kind = catalogue.get(leaf.attribute) if isinstance(leaf, Test) else None
        if isinstance(leaf, Test) and kind and kind not in operators[leaf.operator].kinds:
            said = (
                f"Row {row.id} asks whether {wording.words(leaf)}, but {leaf.attribute} is "
                f"of the type {kind}, so the answer is always unknown."
            )
            yield Finding("wrong_type", said, (row.id,), column=leaf.attribute)
