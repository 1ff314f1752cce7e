"""What the programs say in plain English where no gettext stands: every sentence, with its places.

The pure folders are read whole: any text in them that reads like prose is a sentence that may
reach a page. Of ``personalization/`` the messages of raised errors are read, and what the
variables and constants they name were given. An f-string becomes a template, ``{name}`` where a
value stands; a brace that is said is doubled. docs/translate.py puts them into the catalogues
with the context ``said``, and their list beside them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from personalization.sites.phrasebook import SPOKEN
from rules import reviewing

ROOT = Path(__file__).resolve().parents[1]
CONTEXT = "said"
PURE = ("rules", "cms_adapters")
OWN_TONGUES = frozenset(
    (
        "rules/dmn/types.py",
        "rules/feeds.py",
        "rules/feel/arithmetic.py",
        "rules/feel/components.py",
        "rules/feel/functions.py",
        "rules/feel/values.py",
        "rules/grid/columns.py",
        "rules/notations/sentences/lines.py",
        "rules/phrases.py",
        "rules/spelling.py",
        "rules/wording.py",
    )
)
"""Where words of a notation stand, the text form or FEEL, which are the same for every reader."""
NOT_PAGES = ("api/management/", "management/", "plant/", "push/")
SPEAKING = ("flows/answering.py", "flows/inspection.py", "flows/shortfall.py")
"""Modules of ours that make sentences of the pure layers' ones."""
RAISED = frozenset(("InvalidError", "Malformed", "RefusedError"))
"""Errors whose messages a page may show."""
UNHEARD = frozenset(("cast", "compile", "ValueError", "Notation", "exception", "warning"))
"""Calls whose texts nobody reads on a page."""
OPENINGS = ("expected ", "must be ")
"""How a message begins that is made in one place and raised in another."""
NOTATION = frozenset(
    (
        "OUTPUT ORDER",
        "Page Viewed",
        "RULE ORDER",
        "Screen Viewed",
        "Standard Webhooks",
        "The opposite of ``{name}``; what is unknown to one is unknown to both.",
        "[object Object]",
        '"another event"',
        '{{"half_life": "7d"}}',
        '{{"of": "properties...", "most": 5}}',
        "column {what}",
        "date and time",
        "days and time duration",
        "every ... satisfies",
        "id documentId createdAt updatedAt publishedAt locale localizations createdBy updatedBy",
        "instance of",
        "not {short}",
        "not({said}, null)",
        "not({value}, null)",
        "segment {slug}",
        "some ... satisfies",
        "when {first}",
        "years and months duration",
        '{number} date and time("{value}")',
        "without regard to case",
        "{instant} UTC",
        "ignoring case",
        "{name} ignoring case",
        "not_{name}",
        'expected {{"{kind}": {number}}}',
    )
)
"""Texts that look like sentences and are words of a notation."""
ARGUMENTS = frozenset(("anybody", "to judge by", "to learn from"))
"""Words that stand in a place of a sentence and in no sentence of the code."""
_WORD = re.compile(r"[A-Za-z]+")
_PLACE = re.compile(r"(?<!\{)\{(\w+)\}")
_BESIDE = re.compile(r"\{\w+\}.* |(?:^| )[a-z]+ .*\{\w+\}|\{\w+\}.* [a-z]+")
_NO_PROSE = re.compile(r"[<\\\n]|^%|^\S*[/#?]\S*$|^[/{]\S*/|^\w+\[|^\w+ \| \w+$")


def phrases() -> set[str]:
    """Return the template of every sentence that is said without gettext."""
    found: set[str] = set()
    for path in _modules("rules"):
        found |= Module(path).prose()
    for path in (ROOT / "cms_adapters").glob("*.py"):
        found |= Module(path).prose()
    for path in _modules("personalization"):
        if not str(path.relative_to(ROOT / "personalization")).startswith(NOT_PAGES):
            found |= Module(path).raised()
    for name in SPEAKING:
        found |= Module(ROOT / "personalization" / name).prose()
    found |= Module(ROOT / "personalization/plant/json.py").raised()
    found |= {state.replace("_", " ") for state in reviewing.STATES}
    return set(_shapes(found - NOTATION | ARGUMENTS))


def _shapes(found: set[str]) -> Iterator[str]:
    """Yield each sentence once, whatever its places are called; words of ours come first."""
    alike: dict[str, list[str]] = {}
    for text in sorted(found):
        alike.setdefault(_PLACE.sub("{}", text), []).append(text)
    for texts in alike.values():
        yield max(texts, key=lambda text: len(SPOKEN.intersection(_PLACE.findall(text))))


def _modules(folder: str) -> Iterator[Path]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        if str(path.relative_to(ROOT)) not in OWN_TONGUES:
            yield path


class Module:
    """The texts of one module, and what its names stand for."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text())
        self.given: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", 0)]
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value:
                for name in targets:
                    if isinstance(name, ast.Name):
                        self.given.setdefault(name.id, []).append(node.value)

    def prose(self) -> set[str]:
        """Return the texts that read like prose, but for documentation and what names types."""
        silent = {id(part) for node in ast.walk(self.tree) for part in _silent(node)}
        texts = (self.template(one) for one in self._texts(self.tree, silent))
        return {text for text in texts if _reads(text)} | {
            text for text in self._raised() if _reads(text)
        }

    def raised(self) -> set[str]:
        """Return the messages of errors that pages show."""
        texts = {self.template(one) for one in self._texts(self.tree, set())}
        return {text for text in texts if text.startswith(OPENINGS)} | {
            text for text in self._raised() if _reads(text)
        }

    def _raised(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _called(node) in RAISED:
                for part in node.args[2:] or node.args[-1:]:
                    yield from self._of(part, 3)

    def _of(self, part: ast.expr, depth: int) -> Iterator[str]:
        """Yield the texts an expression may stand for, through names and calls of this module."""
        yield from (self.template(one) for one in self._texts(part, set()))
        names = [one.id for one in ast.walk(part) if isinstance(one, ast.Name)] if depth else []
        for value in (value for name in names for value in self.given.get(name, ())):
            yield from self._of(value, depth - 1)

    def _texts(self, tree: ast.AST, silent: set[int]) -> Iterator[ast.expr]:
        """Yield the texts below a node that are not parts of other texts."""
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if id(node) in silent or _translated(node):
                continue
            if isinstance(node, ast.JoinedStr):
                yield node
                waiting += [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    yield node
            else:
                waiting += ast.iter_child_nodes(node)

    def template(self, text: ast.expr) -> str:
        """Return a text with a name in braces where a value stands."""
        if isinstance(text, ast.Constant):
            return str(text.value).replace("{", "{{").replace("}", "}}")
        assert isinstance(text, ast.JoinedStr)
        taken: dict[str, int] = {}
        return "".join(self._part(one, taken) for one in text.values)

    def _part(self, part: ast.expr, taken: dict[str, int]) -> str:
        if isinstance(part, ast.Constant):
            return self.template(part)
        assert isinstance(part, ast.FormattedValue)
        name = _named(part.value)
        if isinstance(part.value, ast.Name) and part.value.id.isupper():
            for known in self.given.get(part.value.id, ()):
                if isinstance(known, ast.Constant) and isinstance(known.value, str):
                    return self.template(known)
        taken[name] = taken.get(name, 0) + 1
        return f"{{{name}{taken[name] if taken[name] > 1 else ''}}}"


def _reads(text: str) -> bool:
    """Return whether a text is two words at least, or a word and a value, and no markup."""
    bare = re.sub(r"\{\w+\}", "", text)
    few = _WORD.findall(bare)
    worded = len(few) > 1 or (few and _BESIDE.search(text))
    return bool(worded) and text == text.strip() and " " in text and not _NO_PROSE.search(text)


def _silent(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node that nobody reads: documentation, decorators, types, samples."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    yield from getattr(node, "decorator_list", ())
    if isinstance(node, ast.Call) and _called(node) in UNHEARD:
        yield node


def _translated(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _called(node).endswith(("gettext", "gettext_lazy"))


def _called(call: ast.Call) -> str:
    made = call.func
    return made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")


def _named(value: ast.expr) -> str:
    """Return the name of a place: what stands there is called so in the program, or a number."""
    named = value
    while not isinstance(named, ast.Name | ast.Attribute):
        inner = _INNER.get(type(named))
        following = inner(named) if inner else None
        if following is None:
            return "number" if isinstance(named, ast.BinOp) else "value"
        named = following
    name = named.id if isinstance(named, ast.Name) else named.attr
    return "number" if name.isupper() else name.strip("_").lower()


_INNER: dict[type, Callable[[Any], ast.expr | None]] = {
    ast.Call: lambda made: made.args[0] if made.args else made.func,
    ast.Subscript: lambda made: made.value,
    ast.IfExp: lambda made: made.body,
    ast.BoolOp: lambda made: made.values[0],
    ast.ListComp: lambda made: made.generators[0].iter,
    ast.GeneratorExp: lambda made: made.generators[0].iter,
}
"""Where in an expression the name stands that says what it is about."""
