"""Writes the tables of operators.md from the shelves they stand on; ``--check`` only compares.

Run it from the project's folder: ``.venv/bin/python docs/generate.py``.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from personalization.content.registry import shelf as types  # noqa: E402 - the path comes first
from personalization.learning.registry import scores  # noqa: E402
from rules.notations.registry import Notation, notations  # noqa: E402
from rules.operators.registry import Operator, operators  # noqa: E402
from rules.windows.registry import kinds, sayable  # noqa: E402

PAGE = ROOT / "docs" / "operators.md"
TOP = """# Operators, measures, content types, scores, notations

Written by `docs/generate.py` from the shelves; do not edit. How conditions are put together is in
[conditions.md](conditions.md). An operator answers unknown for a value that is unknown or of a type
it does not read, unless it says otherwise.
"""


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is up to date."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text)
        return 0
    if PAGE.exists() and PAGE.read_text() == text:
        return 0
    sys.stderr.write("docs/operators.md is out of date: run python docs/generate.py\n")
    return 1


def page() -> str:
    """Return the whole page."""
    measures = [[f"`{name}`", said(kinds[name])] for name in [*sayable(), "weighted"]]
    contents = [[f"`{name}`", part.label, said(part)] for name, part in types.items()]
    predicted = [[f"`scores.{name}`", s.label, s.documentation] for name, s in scores.items()]
    written = [noted(name, part) for name, part in notations.items()]
    sections = [
        TOP,
        *families(),
        "## Measures of events\n\n" + table(["measure", "what it answers"], measures),
        "## Content types of slots\n\n" + table(["type", "label", "content"], contents),
        "## Scores\n\n" + table(["attribute", "label", "meaning"], predicted),
        "## Notations\n\n" + table(["notation", "what it is", "says", "refused by name"], written),
    ]
    return "\n".join(sections)


def families() -> Iterator[str]:
    """Yield one section for each file of operators, in the order of the shelf."""
    found: dict[str, list[list[str]]] = {}
    for operator in operators.values():
        if not is_opposite(operator):
            found.setdefault(family(operator), []).append(row(operator))
    head = ["operator", "opposite", "reads", "value", "true when"]
    for name, rows in found.items():
        yield f"## {name.capitalize()}\n\n" + table(head, rows)


def is_opposite(operator: Operator) -> bool:
    """Return whether the operator only turns another one round."""
    return operator.build.__module__ == "rules.operators.registry"


def family(operator: Operator) -> str:
    """Return the name of the file the operator stands in."""
    return operator.build.__module__.rpartition(".")[2]


def row(operator: Operator) -> list[str]:
    """Return the operator's line."""
    value = "none" if operator.shape.name == "none" else code(operator.example.operand)
    case = "; `ignore_case` is allowed" if operator.cases else ""
    kinds_read = "any" if len(operator.kinds) > 6 else ", ".join(operator.kinds)  # noqa: PLR2004
    opposite = f"`{operator.negation}`" if operator.negation else ""
    return [f"`{operator.name}`", opposite, kinds_read, value, sentence(operator.doc) + case]


def noted(name: str, part: Notation) -> list[str]:
    """Return a notation's line; what is refused for one reason stands together."""
    reasons: dict[str, list[str]] = {}
    for word, reason in part.refuses.items():
        reasons.setdefault(reason, []).append(f"`{word}`")
    refused = "; ".join(f"{', '.join(words)}: {reason}" for reason, words in reasons.items())
    return [f"`{name}`", part.label, f"a {part.holds}. {sentence(part.doc)}", refused]


def said(part: object) -> str:
    """Return the first sentence of what a part says about itself."""
    return sentence(inspect.getdoc(part if inspect.isclass(part) else type(part)) or "")


def sentence(text: str) -> str:
    """Return the first paragraph on one line, in Markdown."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("``", "`").rstrip(".")


def code(value: object) -> str:
    """Return a JSON value as code."""
    return "`" + json.dumps(value, ensure_ascii=False) + "`"


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table, with what would end a cell escaped."""
    lines = [head, ["---"] * len(head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
