"""GrowthBook's targeting conditions, in the manner of MongoDB: answered, read and written."""

from __future__ import annotations

from rules.notations.mongo.answering import evaluate

__all__ = ["evaluate"]
