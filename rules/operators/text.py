"""Looking into text; without regard to case by Unicode's case folding where asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules import patterns
from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import PATTERN, TEXT

KINDS = ("string", "version", "ip")


def _looking(operand: str, ignore_case: bool, found: Callable[[str, str], bool]) -> Check:
    sought = operand.casefold() if ignore_case else operand

    def check(value: Any, _facts: Facts) -> Truth:
        if type(value) is not str:
            return None
        return found(value.casefold() if ignore_case else value, sought)

    return check


@operator(
    "contains",
    "contains",
    negation=("not_contains", "does not contain"),
    kinds=KINDS,
    shape=TEXT,
    cases=True,
    example=Example("shoe", "red shoes", "hats"),
)
def contains(operand: str, ignore_case: bool) -> Check:
    """The text has this somewhere in it."""
    return _looking(operand, ignore_case, str.__contains__)


@operator(
    "starts_with",
    "starts with",
    negation=("not_starts_with", "does not start with"),
    kinds=KINDS,
    shape=TEXT,
    cases=True,
    example=Example("/shop", "/shop/shoes", "/blog"),
)
def starts_with(operand: str, ignore_case: bool) -> Check:
    """The text begins with this."""
    return _looking(operand, ignore_case, str.startswith)


@operator(
    "ends_with",
    "ends with",
    negation=("not_ends_with", "does not end with"),
    kinds=KINDS,
    shape=TEXT,
    cases=True,
    example=Example(".pdf", "terms.pdf", "terms.html"),
)
def ends_with(operand: str, ignore_case: bool) -> Check:
    """The text ends with this."""
    return _looking(operand, ignore_case, str.endswith)


@operator(
    "matches",
    "matches the pattern",
    negation=("not_matches", "does not match the pattern"),
    kinds=KINDS,
    shape=PATTERN,
    cases=True,
    example=Example("^/p/[0-9]+$", "/p/42", "/p/x"),
)
def matches(operand: str, ignore_case: bool) -> Check:
    """The pattern, in RE2's syntax, occurs somewhere in the text."""
    search = patterns.compiled(operand, ignore_case=ignore_case).search

    def check(value: Any, _facts: Facts) -> Truth:
        if type(value) is not str:
            return None
        try:
            return search(value) is not None
        except UnicodeEncodeError:  # a lone surrogate, which is no text
            return None

    return check
