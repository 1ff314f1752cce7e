"""What an attribute or a measure may be."""

from __future__ import annotations

from collections.abc import Mapping

from rules.matrix.check.samples import Domain

Catalogue = Mapping[str, str]
"""The type of each attribute, by path."""


MEASURES = {
    "count": Domain("number", whole=True, least=0),
    "distinct": Domain("number", whole=True, least=0),
    "recency": Domain("number", whole=True, least=0),
    "sum": Domain("number", whole=True),
    "avg": Domain("number", whole=True),
    "min": Domain("number", whole=True),
    "max": Domain("number", whole=True),
}
