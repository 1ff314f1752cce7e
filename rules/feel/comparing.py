"""Comparing values of FEEL: equal, sooner or later; null where nobody can say."""

from __future__ import annotations

from rules.facts import Truth
from rules.feel.values import KINDS, Interval, kind

ORDERED = frozenset(KINDS.values()) - {"boolean", "list", "context", "range"}


def equal(left: object, right: object) -> Truth:
    """Tell whether two values are equal; null for values of two kinds (DMN 1.5, table 53).

    >>> from decimal import Decimal
    >>> equal(Decimal("1.0"), Decimal(1)), equal(None, "a"), equal("1", Decimal(1)) is None
    (True, False, True)
    """
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    if isinstance(left, tuple) and isinstance(right, tuple):
        same = len(left) == len(right)
        return same and both(*(equal(a, b) for a, b in zip(left, right, strict=True)))
    if isinstance(left, dict) and isinstance(right, dict):
        same = left.keys() == right.keys()
        return same and both(*(equal(left[key], right[key]) for key in left))
    return left == right


def less(left: object, right: object) -> Truth:
    """Tell whether the left value comes before the right one; null where they have no order.

    >>> from decimal import Decimal
    >>> less(Decimal(1), Decimal(2)), less("a", "b"), less(True, False) is None
    (True, True, True)
    """
    if type(left) is not type(right) or kind(left) not in ORDERED:
        return None
    try:
        return bool(left < right)  # type: ignore[operator]
    except TypeError:  # one of the two has a zone, the other has none
        return None


def both(*truths: Truth) -> Truth:
    """Return false where one is false, else null where one is null, else true.

    >>> both(True, None), both(None, False)
    (None, False)
    """
    if False in truths:
        return False
    return None if None in truths else True


def inverse(truth: object) -> Truth:
    """Return the opposite of a boolean, null for all else.

    >>> inverse(True), inverse(None)
    (False, None)
    """
    return not truth if isinstance(truth, bool) else None


def compared(sign: str, left: object, right: object) -> Truth:
    """Return what ``= != < <= > >=`` says of two values.

    >>> from decimal import Decimal
    >>> compared(">=", Decimal(2), Decimal(2)), compared("<", None, Decimal(2)) is None
    (True, True)
    """
    if sign == "=":
        return equal(left, right)
    if sign == "!=":
        return inverse(equal(left, right))
    if sign in ("<", ">="):
        below = less(left, right)
        return below if sign == "<" else inverse(below)
    above = less(right, left)
    return above if sign == ">" else inverse(above)


def inside(value: object, interval: Interval) -> Truth:
    """Tell whether the value lies between the ends.

    >>> from decimal import Decimal
    >>> inside(Decimal(5), Interval(Decimal(1), Decimal(5), True, False))
    False
    """
    low, high = (">=", ">")[not interval.low_in], ("<=", "<")[not interval.high_in]
    return both(
        True if interval.low is None else compared(low, value, interval.low),
        True if interval.high is None else compared(high, value, interval.high),
    )
