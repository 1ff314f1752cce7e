"""What was wrong with what somebody wrote, as a page says it."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.translation import gettext

from personalization.sites.phrasebook import spoken

_SENTENCES = frozenset(("message", "sentence"))
"""What is a sentence wherever it stands in an answer to a page of the desk."""


class Fault(Protocol):
    """An error that knows its place in the document and says what was expected."""

    at: str
    message: str


class CodedFault(Fault, Protocol):
    """An error with a word for machines."""

    code: str


def placed(fault: Fault) -> str:
    """Return a fault with its place."""
    return gettext("At %(at)s: %(why)s") % {"at": fault.at or "/", "why": spoken(fault.message)}


def said(fault: Fault) -> str:
    """Return what a fault says, where its place is to be seen."""
    return spoken(fault.message)


def coded(fault: CodedFault) -> dict[str, str]:
    """Return a fault as a page's script reads it."""
    return {"code": fault.code, "at": fault.at, "message": spoken(fault.message)}


def aloud(answer: Any) -> Any:
    """Return a JSON answer to a page with its sentences in the reader's language.

    >>> aloud({"faults": [{"message": "no such thing", "row": 1}]})
    {'faults': [{'message': 'no such thing', 'row': 1}]}
    """
    if isinstance(answer, list):
        return [aloud(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: spoken(one) if name in _SENTENCES and isinstance(one, str) else aloud(one)
        for name, one in answer.items()
    }
