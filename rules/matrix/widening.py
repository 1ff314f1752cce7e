"""A matrix whose rows take what lies below a value, too, where an attribute has a hierarchy."""

from __future__ import annotations

from dataclasses import replace

from rules.hierarchies import Hierarchies
from rules.matrix.document import Matrix
from rules.spreading import spread


def widened(matrix: Matrix, hierarchies: Hierarchies) -> Matrix:
    """Return the matrix as it is compiled.

    >>> widened(Matrix(), {}) == Matrix()
    True
    """
    if not hierarchies:
        return matrix
    rows = tuple(replace(row, when=spread(row.when, hierarchies)) for row in matrix.rows)
    return replace(matrix, rows=rows)
