"""DMN decision tables: XML of DMN 1.1 to 1.6 decides, and becomes a matrix, both ways."""

from __future__ import annotations

from collections.abc import Mapping

from rules.dmn import reading, taking, telling, writing
from rules.dmn.faults import Fault
from rules.dmn.model import Model
from rules.matrix.document import Matrix
from rules.notations.registry import Notation, notations

_EXAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="hero" namespace="example">
<decision name="hero"><decisionTable hitPolicy="FIRST">
<input><inputExpression typeRef="number"><text>traits.age</text></inputExpression></input>
<output name="variant"/>
<rule id="r1"><inputEntry><text>&gt;= 18</text></inputEntry>
<outputEntry><text>"grown"</text></outputEntry></rule>
</decisionTable></decision></definitions>
"""


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


def read(
    xml: str | bytes, decision: str | None = None, names: Mapping[str, str] | None = None
) -> Matrix:
    """Return the matrix a decision table says; ``names`` gives attributes to inputs by name.

    An output called variant, or the only one, shows a variant; other outputs are values.
    ``InvalidError`` names rule and column of what our conditions cannot say.

    >>> read(_EXAMPLE).rows[0].when
    Test(attribute='traits.age', operator='at_least', value=18, ignore_case=False)
    """
    return taking.matrix(reading.model(xml), decision, names or {})


def faults(
    xml: str | bytes, decision: str | None = None, names: Mapping[str, str] | None = None
) -> tuple[Fault, ...]:
    """Return everything that keeps a document from being read, with rule, column and line.

    At most 500, in the order of the lines; nothing where ``read`` takes the document.

    >>> wrong = _EXAMPLE.replace("18", "eighteen")
    >>> [(each.place.rule, each.place.column, each.place.line) for each in faults(wrong)]
    [(1, 'traits.age', 6)]
    """
    return telling.faults(xml, decision, names or {})


def write(matrix: Matrix) -> str:
    """Return the matrix as a DMN 1.5 document, or ``InvalidError`` for what DMN would not decide.

    ``read`` reads it back. Refused are rollouts, schedules, rows switched off, priorities of rows
    where they rank, and limits: another engine would answer otherwise.

    >>> load(write(read(_EXAMPLE))).decide({"traits.age": 18})
    'grown'
    """
    return writing.written(matrix)


notations.put(
    "dmn",
    Notation(
        label="DMN",
        doc="Decision tables of the OMG's standard, with cells of S-FEEL.",
        holds="matrix",
        form="text",
        media="application/dmn+xml",
        suffix=".dmn",
        example=_EXAMPLE,
        read=read,
        write=write,
        refuses={
            "FEEL beyond S-FEEL": "loops, filters, contexts and functions are programs, not cells",
            "DTD": "a document type declaration is where entities explode and files are read",
            "import": "a model is one document",
            "rollout, schedule, switched off": "another engine would decide otherwise",
        },
    ),
)
