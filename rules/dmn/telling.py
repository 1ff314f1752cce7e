"""Every fault of a DMN document that is to become a matrix, with its place."""

from __future__ import annotations

from collections.abc import Mapping

from rules.dmn import reading, taking
from rules.dmn.faults import Fault, Faults, Place
from rules.dmn.model import Model
from rules.dmn.table import Table


def faults(raw: str | bytes, decision: str | None, names: Mapping[str, str]) -> tuple[Fault, ...]:
    r"""Return what keeps a document from being a matrix, in its order; nothing where it is one.

    What is beyond S-FEEL is a fault of the decision that is asked for, and of no other.

    >>> found = faults("<definitions>\n<decision name='D'/></definitions>", None, {})
    >>> [(each.place.decision, each.error.message) for each in found]
    [('', 'expected one of none')]
    """
    told = Faults(gathers=True)
    chosen = ""
    with told.within(Place()):
        model = reading.model(raw, told)
        chosen = model.chosen(decision)
        _taken(model, chosen, names, told)
    ours = (each for each in told.found if _counts(each, chosen))
    return tuple(sorted(ours, key=lambda each: (each.place.line, each.place.rule)))


def _taken(model: Model, name: str, names: Mapping[str, str], told: Faults) -> None:
    readable = isinstance(model.decisions[name].body, Table)
    if readable or all(each.place.decision != name for each in told.found):
        taking.matrix(model, name, names, told)


def _counts(fault: Fault, chosen: str) -> bool:
    beyond = fault.error.code == "unsupported"
    return not (beyond and chosen) or fault.place.decision in ("", chosen)
