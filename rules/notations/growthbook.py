"""GrowthBook's targeting conditions, in the manner of MongoDB: answered, read and written."""

from __future__ import annotations

from rules.notations.mongo.answering import evaluate
from rules.notations.mongo.reading import read
from rules.notations.mongo.writing import write
from rules.notations.registry import Notation, notations

__all__ = ["evaluate", "read", "write"]

notations.put(
    "growthbook",
    Notation(
        label="GrowthBook condition",
        doc="The targeting conditions of GrowthBook's feature flags and experiments. "
        "What they make of a missing attribute is written out as `is_unknown`.",
        holds="condition",
        form="json",
        media="application/json",
        suffix=".json",
        example={"context.device.type": "phone", "plan": {"$in": ["pro", "team"]},
                 "age": {"$exists": True, "$gte": 18}},
        read=read,
        write=write,
        refuses={
            "$alli": "our lists are compared with regard to case",
            "$type": "types belong to the catalogue of attributes (but for null)",
            "$elemMatch": "our lists hold single values: only $eq and $in are asked of them",
            "$lt, $lte, $gt, $gte of texts": "only numbers have an order here",
            "a whole list or object": "a list is asked what is on it, not what it is",
            "$inGroup, $savedGroup": "unless the saved groups are given, and the group is one",
            "look-around, back-references": "RE2 does not know them",
        },
    ),
)  # fmt: skip
