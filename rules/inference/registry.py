"""What an evaluator is, and the shelf on which those that can run here stand."""

from __future__ import annotations

from collections.abc import Callable

from rules.compiler import Keys
from rules.facts import Facts
from rules.inference.conclusions import Inferred
from rules.inference.document import Program
from rules.registry import Shelf


class SpentError(RuntimeError):
    """Nothing more can be inferred by this evaluator in this process; in a new one it can."""


Infer = Callable[[Facts], Inferred]
"""A compiled program: facts in, conclusions out; nothing is kept between two calls."""

Compile = Callable[[Program, Keys], Infer]
"""How an evaluator makes one; ``InvalidError`` for a program it does not admit."""

DEFAULT = "pure"

evaluators: Shelf[Compile] = Shelf("rules.inference")
"""Every evaluator by its name; one whose library is absent is not here."""
