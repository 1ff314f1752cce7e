"""Who stands in whose way, by the hit policy."""

from __future__ import annotations

from collections.abc import Sequence

from rules.matrix.check.rows import Placed
from rules.matrix.document import Matrix, Row
from rules.matrix.outcome import same
from rules.matrix.policies import POLICIES


def rivals(matrix: Matrix, placed: Sequence[Placed], mine: Placed) -> list[Placed]:
    """Return the rows that keep a visitor from getting this one, by the hit policy.

    ``first`` and ``priority``: those asked before. ``unique``: all others. ``any``: those asked
    before, and those that show something else. Where several are taken: those asked before, and
    the limit says how many of them do no harm. An aggregate is made of all.

    >>> from rules.conditions import Member
    >>> rows = [Placed(i, Row(name, Member("vip"), name), ({},)) for i, name in enumerate("abc")]
    >>> [rival.row.id for rival in rivals(Matrix(), rows, rows[1])]
    ['a']
    >>> [rival.row.id for rival in rivals(Matrix(hit_policy="unique"), rows, rows[1])]
    ['a', 'c']
    """
    policy = POLICIES[matrix.hit_policy]
    if matrix.aggregate is not None:
        return []
    before = [other for other in placed if other.place < mine.place]
    if not policy.alone:
        return before
    after = [other for other in placed if other.place > mine.place]
    if policy.agreeing:
        after = [other for other in after if not alike(other.row, mine.row)]
    return before + after


def spare(matrix: Matrix) -> int:
    """Return how many of its rivals a row can hold beside and still be taken.

    >>> spare(Matrix()), spare(Matrix(hit_policy="collect", limit=3))
    (0, 2)
    """
    return matrix.limit - 1 if POLICIES[matrix.hit_policy].several else 0


def ordered(matrix: Matrix) -> bool:
    """Tell whether the answer is one row, the first that holds.

    >>> ordered(Matrix()), ordered(Matrix(hit_policy="collect"))
    (True, False)
    """
    policy = POLICIES[matrix.hit_policy]
    return not policy.several and not policy.alone


def alike(one: Row, other: Row) -> bool:
    """Tell whether two rows show the same.

    >>> from rules.conditions import Member
    >>> alike(Row("a", Member("vip"), "x"), Row("b", Member("new"), "x"))
    True
    """
    return same(one.then()) == same(other.then())
