"""The language said a second time, as plainly as can be: the oracle of the compiled one."""

from __future__ import annotations

from rules.conditions import All, Any, Everyone, Member, Not, Test
from rules.operators.registry import operators


def answer(condition, facts):
    """Walk the tree and answer after Kleene: False < None < True, all is least, any is most."""
    if isinstance(condition, Everyone):
        return True
    if isinstance(condition, Member):
        return facts.segments.get(condition.segment)
    if isinstance(condition, Not):
        truth = answer(condition.part, facts)
        return None if truth is None else not truth
    if isinstance(condition, All | Any):
        order = {False: 0, None: 1, True: 2}
        truths = [answer(part, facts) for part in condition.parts]
        pick = min if isinstance(condition, All) else max
        return pick(truths, key=order.__getitem__)
    assert isinstance(condition, Test)
    return leaf(condition, facts)


def leaf(test, facts):
    """Answer the common operators by their definition, the others through the registry."""
    value = facts.now if test.attribute == "time.now" else facts.get(test.attribute)
    if test.operator in ("is_known", "is_unknown"):
        return (value is not None) is (test.operator == "is_known")
    if value is None:
        return None
    if not test.ignore_case:
        for family in (alike, compared, listed):
            if test.operator in FAMILIES[family]:
                return family(test, value)
    return operators[test.operator].bind(test.value, test.ignore_case)(value, facts)


def alike(test, value):
    wanted = test.value if isinstance(test.value, tuple) else (test.value,)
    comparable = [one for one in wanted if sort_of(one) == sort_of(value)]
    return (value in comparable) is not test.operator.startswith("not_") if comparable else None


def compared(test, value):
    if sort_of(value) != "number":
        return None
    low, high = test.value if isinstance(test.value, tuple) else (test.value, test.value)
    return {
        "at_least": value >= low,
        "less_than": value < low,
        "at_most": value <= low,
        "more_than": value > low,
        "before": value < low,
        "after": value > low,
        "between": low <= value <= high,
        "not_between": not low <= value <= high,
    }[test.operator]


def listed(test, value):
    if not isinstance(value, tuple | list):
        return None
    here = [any(sort_of(a) == sort_of(b) and a == b for b in value) for a in test.value]
    return {
        "has_any": any(here),
        "has_none": not any(here),
        "has_all": all(here),
        "not_has_all": not all(here),
    }[test.operator]


FAMILIES = {
    alike: ("equals", "not_equals", "in", "not_in"),
    compared: (
        *("at_least", "less_than", "at_most", "more_than"),
        *("before", "after", "between", "not_between"),
    ),
    listed: ("has_any", "has_none", "has_all", "not_has_all"),
}


def sort_of(value):
    """Name what may be compared with what."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
