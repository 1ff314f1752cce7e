"""A matrix becomes a DMN document; what another engine would decide otherwise is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from rules import canonical
from rules.conditions import All, Condition, Everyone, Not, Test
from rules.dmn.body import MOST_COLUMNS, OURS
from rules.dmn.sayable import cell, kind, literal
from rules.errors import InvalidError
from rules.grid.texts import quoted
from rules.matrix import document as matrices
from rules.matrix.document import MOST_COLLECTED, Matrix, Row
from rules.matrix.policies import POLICIES
from rules.wording import words

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
POLICY_NAMES = {name: name.replace("_", " ").upper() for name in POLICIES}
VARIANT = "variant"

_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]*")
_LONGEST_LABEL = 200
_INSTANT = "date and time"


@dataclass(slots=True)
class _Column:
    """One input clause: an attribute asked by cells, or a condition answered by true or false."""

    name: str
    condition: Condition | None = None
    kinds: set[str] = field(default_factory=set)
    cells: dict[int, str] = field(default_factory=dict)


def written(matrix: Matrix) -> str:
    """Return the DMN 1.5 document of a matrix, or ``InvalidError`` that names what it cannot say.

    Attributes are inputs by their dotted path. A condition that is no cell of S-FEEL (events,
    segments, patterns ...) is a boolean input, which somebody has to work out; our extension says
    what it is.

    >>> written(Matrix((Row("a", Everyone(), "sale"),))).count("<rule")
    1
    """
    _sayable(matrix)
    columns = _columns(matrix)
    data = {column.name: _type(column) for column in columns}
    outputs = _outputs(matrix)
    said = matrices.document(matrix)
    ours = {key: said[key] for key in ("slot", "columns", "fallback", "limit") if key in said}
    title = " ".join(matrix.slot.split())
    title = title if title and _PLAIN.fullmatch(title) else "Decision"
    aggregate = f' aggregation="{matrix.aggregate.upper()}"' if matrix.aggregate else ""
    head = f'<definitions xmlns="{SPACE}" id="model" name={quoteattr(title)} namespace="{OURS}">'
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        head,
        f'<decision id="decision" name={quoteattr(title)}><variable name={quoteattr(title)}/>',
        *(
            f'<informationRequirement><requiredInput href="#input-{i}"/></informationRequirement>'
            for i in range(len(data))
        ),
        f'<decisionTable hitPolicy="{POLICY_NAMES[matrix.hit_policy]}"{aggregate}>{_extra(ours)}',
        *map(_input, columns),
        *_output_clauses(matrix, outputs),
        *(_rule(i, row, columns, outputs) for i, row in enumerate(matrix.rows)),
        "</decisionTable></decision>",
        *(
            f'<inputData id="input-{i}" name={quoteattr(name)}>'
            f"<variable name={quoteattr(name)}{type_}/></inputData>"
            for i, (name, type_) in enumerate(data.items())
        ),
        "</definitions>\n",
    ]
    return "\n".join(parts)


def _sayable(matrix: Matrix) -> None:
    """Refuse what a table of DMN would decide otherwise."""
    if matrix.limit < min(len(matrix.rows), MOST_COLLECTED):
        raise InvalidError("/limit", "unsupported", "DMN knows no limit to collect")
    ranked = POLICIES[matrix.hit_policy].ranked
    for i, row in enumerate(matrix.rows):
        faults = {
            "enabled": not row.enabled and "rows that are switched off",
            "rollout": row.rollout < 100 and "a rollout to a part of the visitors",  # noqa: PLR2004
            "active": row.active is not None and "a schedule",
            "priority": ranked and row.priority != 0 and "a row's own priority, only the outputs'",
            "then": bool(matrix.aggregate and row.variant and row.values)
            and "a variant beside values that are aggregated",
            "then/experiment": bool(row.experiment) and "experiments",
        }
        for key, fault in faults.items():
            if fault:
                raise InvalidError(f"/rows/{i}/{key}", "unsupported", f"DMN does not know {fault}")


def _columns(matrix: Matrix) -> list[_Column]:
    """Give each part of each row a cell, in columns that keep the parts of a row in order."""
    found: list[_Column] = []
    asked: dict[str, set[str]] = {}
    for i, row in enumerate(matrix.rows):
        last = -1
        for part in _parts(row.when):
            name, condition, said = _asked(part)
            last = _place(found, last, name, condition)
            found[last].cells[i] = said
            if isinstance(part, Test) and condition is None:
                asked.setdefault(part.attribute, found[last].kinds).add(kind(part))
                found[last].kinds = asked[part.attribute]
    if len(found) > MOST_COLUMNS - len(_outputs(matrix)):
        raise InvalidError("/rows", "too_large", f"expected at most {MOST_COLUMNS} columns in DMN")
    return found


def _parts(when: Condition) -> tuple[Condition, ...]:
    if isinstance(when, Everyone):
        return ()
    return when.parts if isinstance(when, All) and len(when.parts) > 1 else (when,)


def _asked(part: Condition) -> tuple[str, Condition | None, str]:
    """Return the attribute or the condition a part asks for, and the cell that answers."""
    if isinstance(part, Test) and _is_name(part.attribute) and (said := cell(part)):
        return part.attribute, None, said
    return ("", part.part, "false") if isinstance(part, Not) else ("", part, "true")


def _place(found: list[_Column], last: int, name: str, condition: Condition | None) -> int:
    """Return the first column that asks this, beyond the last one; a new one where none does."""
    for i, column in enumerate(found[last + 1 :], last + 1):
        if column.condition == condition and (condition is not None or column.name == name):
            return i
    number = sum(column.condition is not None for column in found) + 1
    found.append(_Column(name or f"condition {number}", condition))
    return len(found) - 1


def _is_name(path: str) -> bool:
    return path == " ".join(path.split()) and bool(_PLAIN.fullmatch(path))


def _outputs(matrix: Matrix) -> list[str]:
    named = dict.fromkeys(output.name for output in matrix.outputs)
    named |= dict.fromkeys(name for row in matrix.rows for name, _ in row.values)
    for name in named:
        if name == VARIANT or not _is_name(name):
            at = "/outputs"
            raise InvalidError(at, "unsupported", f"DMN cannot name an output {name[:64]!r}")
    shown = any(row.variant for row in matrix.rows) or not named
    return [VARIANT] * shown + list(named)


def _output_clauses(matrix: Matrix, outputs: list[str]) -> Iterator[str]:
    declared = {output.name: output for output in matrix.outputs}
    for name in outputs:
        output = declared.get(name)
        first = next(iter(matrix.fallback), None) if name == VARIANT else None
        default = output.default if output else first
        values = ", ".join(map(literal, output.values)) if output else ""
        label = f" label={quoteattr(output.label)}" if output and output.label else ""
        type_ = ' typeRef="string"' if name == VARIANT else ""
        yield (
            f"<output name={quoteattr(name)}{label}{type_}>"
            + (f"<outputValues><text>{escape(values)}</text></outputValues>" if values else "")
            + (_text("defaultOutputEntry", literal(default)) if default is not None else "")
            + "</output>"
        )


def _input(column: _Column) -> str:
    label = extra = ""
    if column.condition is not None:
        said = " ".join(words(column.condition).split())[:_LONGEST_LABEL]
        label = f" label={quoteattr(said)}" if _PLAIN.fullmatch(said) else ""
        extra = _extra(canonical.document(column.condition))
    asked = f"<inputExpression{_type(column)}><text>{escape(column.name)}</text></inputExpression>"
    return f"<input{label}>{extra}{asked}</input>"


def _type(column: _Column) -> str:
    """Return the type of an input; none where it is asked whether it is known, whatever it is.

    Instants have theirs all the same: DMN would take them for texts.
    """
    kinds = column.kinds
    lone = kinds == {"", _INSTANT} or (len(kinds) == 1 and not kinds & {"", "Any"})
    kind_ = "boolean" if column.condition is not None else max(kinds) if lone else ""
    return f' typeRef="{kind_}"' if kind_ else ""


def _rule(i: int, row: Row, columns: list[_Column], outputs: list[str]) -> str:
    values = dict(row.values)
    plain = {"id": row.id, "note": row.note}
    odd = {key: text for key, text in plain.items() if not _is_said(text, key)}
    said_apart = {"priority": row.priority, "group": row.group}
    ours = {**odd, **{key: value for key, value in said_apart.items() if value}}
    label = "" if "id" in odd else f" label={quoteattr(row.id)}"
    said = [
        (literal(row.variant) if row.variant else "")
        if name == VARIANT
        else (literal(values[name]) if name in values else "")
        for name in outputs
    ]
    return (
        f'<rule id="rule-{i + 1}"{label}>{_extra(ours) if ours else ""}'
        + "".join(_text("inputEntry", column.cells.get(i, "-")) for column in columns)
        + "".join(_text("outputEntry", each) for each in said)
        + (_text("annotationEntry", row.note) if row.note and "note" not in odd else "")
        + "</rule>"
    )


def _is_said(text: str, key: str) -> bool:
    lines = text.replace("\n", "") if key == "note" else text
    return text == text.strip() and bool(_PLAIN.fullmatch(lines))


def _text(name: str, text: str) -> str:
    return f"<{name}><text>{escape(text)}</text></{name}>"


def _extra(value: object) -> str:
    inner = f'<ours xmlns="{OURS}">{escape(quoted(value))}</ours>'
    return f"<extensionElements>{inner}</extensionElements>"
