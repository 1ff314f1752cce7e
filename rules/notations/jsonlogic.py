"""JsonLogic's conditions: its logic, comparisons, quantifiers and accessors."""

from __future__ import annotations

from rules.notations.logic.answering import evaluate

__all__ = ["evaluate"]
