"""DMN decision tables: XML of DMN 1.1 to 1.6 as a model that decides."""

from __future__ import annotations

from rules.dmn import reading
from rules.dmn.model import Model


def load(xml: str | bytes) -> Model:
    """Return the model of a DMN document; ``.decide(inputs, decision=None)`` asks it.

    ``InvalidError`` names the place (decision, rule, column) and what was expected. Source:
    OMG, Decision Model and Notation 1.5, conformance level 2.

    >>> load('''<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
    ... <decision name="Grown"><decisionTable hitPolicy="UNIQUE">
    ... <input><inputExpression typeRef="number"><text>Age</text></inputExpression></input>
    ... <output/><rule><inputEntry><text>&gt;= 18</text></inputEntry>
    ... <outputEntry><text>"yes"</text></outputEntry></rule>
    ... </decisionTable></decision></definitions>''').decide({"Age": 18})
    'yes'
    """
    return reading.model(xml)
