"""What the checker found, as data: a word out of a closed set, the rows, a sentence, a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.matrix.check import visitors
from rules.matrix.check.visitors import Visitor

ERROR, WARNING, NOTE = "error", "warning", "note"
CODES: Mapping[str, str] = {
    "missing_attribute": ERROR,
    "missing_segment": ERROR,
    "overlap": ERROR,
    "conflict": ERROR,
    "never_true": WARNING,
    "wrong_type": WARNING,
    "never_reached": WARNING,
    "duplicate": WARNING,
    "ended": WARNING,
    "idle_column": WARNING,
    "gap": NOTE,
    "not_decided": NOTE,
}
"""Every code and how much it weighs: an error is answered with the fallback, or with nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: ``rows`` are the ids it is about, ``others`` those that make it so."""

    code: str
    sentence: str
    rows: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    column: str = ""
    witness: Visitor | None = None
    doubt: bool = False

    @property
    def severity(self) -> str:
        """Return ``error``, ``warning`` or ``note``; what is in doubt is never an error."""
        weight = CODES[self.code]
        return WARNING if self.doubt and weight == ERROR else weight


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found; ``steps`` is what it cost, ``undecided`` the ids left open."""

    findings: tuple[Finding, ...] = ()
    steps: int = 0

    def of(self, code: str) -> tuple[Finding, ...]:
        """Return the findings with this code.

        >>> Report((Finding("gap", "Nobody."),)).of("overlap")
        ()
        """
        return tuple(finding for finding in self.findings if finding.code == code)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that are errors."""
        return tuple(finding for finding in self.findings if finding.severity == ERROR)


def document(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON.

    >>> document(Finding("gap", "No row."))["severity"]
    'note'
    """
    seen = finding.witness
    said: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity,
        "sentence": finding.sentence,
        "rows": list(finding.rows),
        "others": list(finding.others),
        "column": finding.column,
        "doubt": finding.doubt,
        "witness": None if seen is None else visitors.document(seen),
    }
    return said
