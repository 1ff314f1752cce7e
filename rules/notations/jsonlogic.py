"""JsonLogic's conditions: its logic, comparisons, quantifiers and accessors."""

from __future__ import annotations

from rules.notations.logic.answering import evaluate
from rules.notations.logic.reading import read
from rules.notations.logic.refusals import REFUSED
from rules.notations.logic.writing import write
from rules.notations.registry import Notation, notations

__all__ = ["evaluate", "read", "write"]

notations.put(
    "jsonlogic",
    Notation(
        label="JsonLogic rule",
        doc="The conditions of JsonLogic: and, or, !, !!, if, comparisons, in, some, none, var, "
        "missing. What null means to a comparison is written out as `is_unknown`.",
        holds="condition",
        form="json",
        media="application/json",
        suffix=".json",
        example={"and": [{"in": [{"var": "plan"}, ["pro", "team"]]},
                         {"or": [{">=": [{"var": "age"}, 18]}, {"===": [{"var": "beta"}, True]}]}]},
        read=read,
        write=write,
        refuses={
            **REFUSED,
            "all": "our lists are asked whether single values are on them",
            "a comparison of two attributes": "a test compares an attribute with a value",
            "<, <=, >, >= of texts": "only numbers have an order here",
        },
    ),
)  # fmt: skip
