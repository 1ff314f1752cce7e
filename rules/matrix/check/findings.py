"""What the checker found, as data: a word out of a closed set, the rows, a sentence, a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.facts import Facts

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
class Visitor:
    """Somebody it happens to: what is known of them; what is not named does not matter.

    ``attributes`` by path, ``None`` for unknown; instants are microseconds UTC. ``segments`` by
    name. ``measures`` and ``conditions`` in words: what was counted, and what a pattern or the like
    must answer. ``outside`` are the rows whose rollout leaves this visitor out.
    """

    attributes: Mapping[str, object] = field(default_factory=dict)
    segments: Mapping[str, bool | None] = field(default_factory=dict)
    measures: Mapping[str, object] = field(default_factory=dict)
    conditions: Mapping[str, bool | None] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    now: int | None = None

    @property
    def certain(self) -> bool:
        """Tell whether every value is given, so that nothing of this visitor is supposed."""
        return not self.conditions

    def facts(self) -> Facts:
        """Return the visitor as facts, but for what was counted.

        >>> Visitor({"traits.plan": "pro", "traits.age": None}).facts().attributes
        {'traits.plan': 'pro'}
        """
        told = {path: value for path, value in self.attributes.items() if value is not None}
        inside = {name: member for name, member in self.segments.items() if member is not None}
        return Facts(told, inside, {}, self.now or 0)


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
        "witness": None if seen is None else _visitor(seen),
    }
    return said


def _visitor(visitor: Visitor) -> dict[str, object]:
    told = {
        path: list(value) if isinstance(value, tuple) else value
        for path, value in visitor.attributes.items()
    }
    return {
        "attributes": told,
        "segments": dict(visitor.segments),
        "measures": dict(visitor.measures),
        "conditions": dict(visitor.conditions),
        "outside": list(visitor.outside),
        "now": visitor.now,
    }
