"""The logic of one decision or function: a decision table, an expression or an invocation."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from rules.dmn import policies
from rules.dmn.catalogue import Catalogue, allow
from rules.dmn.faults import Faults
from rules.dmn.table import Input, Output, Rule, Table
from rules.dmn.types import ANY
from rules.errors import InvalidError
from rules.feel import grammar, tree
from rules.feel.meaning import Meaning, Passes, Sense
from rules.feel.tokens import Names
from rules.xml.element import Element

MOST_COLUMNS = 200
OURS = "urn:personalization:matrix"
"""The namespace of our extension, which says what DMN has no words for."""


class Anything:
    """Every name is known: a model that declares no inputs declares them by asking."""

    def __contains__(self, _name: object) -> bool:
        return True


@dataclass(slots=True)
class Known:
    """What is known in the whole model: types, names, its own functions, cells already read.

    ``free`` are names that input clauses ask for and nobody declares; ``guessed`` says that one of
    them could not be read, so that any name may be one.
    """

    types: Catalogue
    declared: set[str]
    functions: Mapping[str, Element]
    names: Names
    free: set[str] = field(default_factory=set)
    cells: dict[str, tuple[tree.Tests, frozenset[str]]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    guessed: bool = False


class Body:
    """The reading of one decision or function; ``used`` gathers the names it rests on."""

    def __init__(self, model: Known, at: str, known: Container[str]) -> None:
        self.model = model
        self.at = at
        self.known = known
        self.used: set[str] = set()
        self.passes: dict[str, Passes] = {}
        self.said: dict[str, tuple[tree.Node, Meaning]] = {}

    def read(self, element: Element) -> Table | Meaning | None:
        """Return the logic inside a decision or function, or ``None`` where there is none."""
        ways: Mapping[str, Callable[[Element], Table | Meaning]] = {
            "decisionTable": self._table,
            "literalExpression": self._literal,
            "invocation": self._invocation,
        }
        body = next(iter(element.all(*ways)), None)
        return None if body is None else ways[body.name](body)

    def _expression(self, text: str, at: str, known: Container[str]) -> tuple[tree.Node, Meaning]:
        node = grammar.expression(text, at, self.model.names)
        self.used |= _names(node)
        return node, Sense(at, known, self.model.functions).of(node)

    def _literal(self, element: Element) -> Meaning:
        speaks(element, self.at)
        return self._expression(element.said("text"), self.at, self.known)[1]

    def _invocation(self, element: Element) -> Meaning:
        called = element.one("literalExpression")
        name = " ".join(called.said("text").split()) if called else ""
        own = self.model.functions.get(name)
        inside = own.one("encapsulatedLogic") if own else None
        if inside is None:
            raise InvalidError(self.at, "unknown_name", f"expected a function, not {name}")
        self.used.add(name)
        given = {
            parameter.attributes.get("name", ""): self._literal(value)
            for binding in element.all("binding")
            if (parameter := binding.one("parameter"))
            and (value := binding.one("literalExpression"))
        }
        formal = [each.attributes.get("name", "") for each in inside.all("formalParameter")]
        parts: list[Meaning] = [given.get(each, lambda _scope: None) for each in formal]
        return lambda scope: scope.functions[name](*(part(scope) for part in parts))

    def _table(self, element: Element) -> Table:
        speaks(element, self.at)
        policy, aggregate = self._policy(element)
        asking, columns = element.all("input"), element.all("output")
        if not columns or len(columns) + len(asking) > MOST_COLUMNS:
            raise InvalidError(self.at, "length", f"expected 1 to {MOST_COLUMNS} columns")
        inputs = [self._input(each, i) for i, each in enumerate(asking, 1)]
        outputs = [self._output(each, i, len(columns)) for i, each in enumerate(columns, 1)]
        with self._net(element, "output"):
            if len({output.name for output in outputs}) < len(outputs):
                at = f"{self.at}/output"
                raise InvalidError(at, "duplicate", "expected outputs with own names")
        listed = list(enumerate(element.all("rule"), 1))
        for i, each in listed:
            with self._net(each, "", i, _id(each)):
                _fitting(each, len(inputs), len(outputs), f"{self.at}/rule {i}")
        rules = [self._rule(each, i, inputs, outputs) for i, each in listed]
        parts = tuple(inputs), tuple(outputs), tuple(rules)
        return Table(*parts, policy, aggregate, element.extension(OURS))

    def _net(
        self, element: Element, column: str = "", rule: int = 0, name: str = ""
    ) -> AbstractContextManager[bool | None]:
        return self.model.faults.at(self.at[1:], element, column, rule, name)

    def _policy(self, element: Element) -> tuple[str, str]:
        said = element.attributes.get("hitPolicy", "UNIQUE").replace("_", " ").strip()
        policy = policies.NAMES.get(said, said)
        aggregate = element.attributes.get("aggregation", "")
        with self._net(element, "hitPolicy"):
            if policy not in policies.NAMES.values():
                policy, names = "FIRST", ", ".join(policies.NAMES.values())
                raise InvalidError(f"{self.at}/hitPolicy", "value", f"expected one of {names}")
        with self._net(element, "aggregation"):
            if aggregate and (aggregate not in policies.AGGREGATES or policy != "COLLECT"):
                aggregate, message = "", "expected SUM, COUNT, MIN or MAX with COLLECT"
                raise InvalidError(f"{self.at}/aggregation", "value", message)
        return policy, aggregate

    def _input(self, element: Element, number: int) -> Input:
        text = asked(element)
        label = " ".join((element.attributes.get("label") or text).split()) or f"input {number}"
        with self._net(element.one("inputExpression") or element, label):
            return self._clause(element, text, label)
        self.model.guessed = True
        return Input(label, text, _nothing, ANY)

    def _clause(self, element: Element, text: str, label: str) -> Input:
        clause = element.one("inputExpression")
        at = f"{self.at}/{label}"
        if clause is not None:
            speaks(clause, at)
        known = self.known if isinstance(self.known, frozenset) else Anything()
        node, meaning = self._expression(text, at, known)
        self.model.free |= _names(node)
        kind = self.model.types.named(clause.attributes.get("typeRef", "") if clause else "")
        values = element.said("inputValues")
        allowed = allow(values, f"{at}/inputValues") if values else None
        return Input(label, text, meaning, kind, allowed, element.extension(OURS))

    def _output(self, element: Element, number: int, many: int) -> Output:
        name = element.attributes.get("name") or element.attributes.get("label", "")
        label = name or f"output {number}"
        with self._net(element, label):
            return self._yields(element, name, f"{self.at}/{label}", many)
        return Output(name)

    def _yields(self, element: Element, name: str, at: str, many: int) -> Output:
        if many > 1 and not name:
            raise InvalidError(at, "missing", "expected a name of each output")
        kind = self.model.types.named(element.attributes.get("typeRef", ""))
        text = element.said("outputValues") or "".join(kind.values)
        cell = grammar.cell(text, f"{at}/outputValues") if text else tree.Tests(())
        ranks = tuple(Sense(at, ()).passes(tree.Tests((test,))) for test in cell.tests)
        said = element.said("defaultOutputEntry")
        known = self._names_of_cells()
        node, default = self._expression(said, at, known) if said else (None, None)
        label = element.attributes.get("label", "")
        return Output(name, ranks, default, cell.tests, node, label)

    def _names_of_cells(self) -> Container[str]:
        if isinstance(self.known, frozenset):
            return self.known
        if self.model.guessed:
            return Anything()
        return self.model.declared | self.model.free

    def _rule(
        self, element: Element, number: int, inputs: list[Input], outputs: list[Output]
    ) -> Rule:
        at, name = f"{self.at}/rule {number}", _id(element)
        entries, said = element.all("inputEntry"), element.all("outputEntry")
        cells = [tree.Tests(())] * len(inputs)
        asks: list[tuple[int, Passes]] = []
        for i, (entry, clause) in enumerate(zip(entries, inputs, strict=False)):
            with self._net(entry, clause.label, number, name):
                place = f"{at}/{clause.label}"
                speaks(entry, place)
                text = entry.said("text")
                cells[i] = cell = self._cell(text, place)
                if cell.tests:
                    asks.append((i, self._passes(cell, text, place)))
        nodes: list[tree.Node | None] = [None] * len(outputs)
        meanings: list[Meaning] = [_nothing] * len(outputs)
        for i, (entry, out) in enumerate(zip(said, outputs, strict=False)):
            column = out.name or "output"
            with self._net(entry, column, number, name):
                node, meanings[i] = self._said(entry, f"{at}/{column}")
                nodes[i] = node if entry.said("text") else None
        listed = (each.said("text") for each in element.all("annotationEntry"))
        return Rule(
            name,
            "\n".join(filter(None, listed)) or element.said("description"),
            tuple(cells),
            tuple(asks),
            tuple(nodes),
            tuple(meanings),
            element.extension(OURS),
            self.model.faults.entries([element, *entries, *said]),
        )

    def _cell(self, text: str, at: str) -> tree.Tests:
        if text not in self.model.cells:
            cell = grammar.cell(text, at, self.model.names)
            self.model.cells[text] = cell, _names(cell)
        cell, names = self.model.cells[text]
        self.used |= names
        return cell

    def _passes(self, cell: tree.Tests, text: str, at: str) -> Passes:
        if text not in self.passes:
            sense = Sense(at, self._names_of_cells(), self.model.functions)
            self.passes[text] = sense.passes(cell)
        return self.passes[text]

    def _said(self, entry: Element, at: str) -> tuple[tree.Node, Meaning]:
        speaks(entry, at)
        text = entry.said("text")
        text = "null" if text in ("", "-") else text
        if text not in self.said:
            self.said[text] = self._expression(text, at, self._names_of_cells())
        return self.said[text]


def speaks(element: Element, at: str) -> None:
    """Raise ``InvalidError`` where an element is written in a language that is not FEEL.

    >>> speaks(Element("", "text", {"expressionLanguage": "feel"}), "/rule 1")
    """
    language = element.attributes.get("expressionLanguage", "feel")
    if language and "feel" not in language.lower():
        raise InvalidError(at, "unsupported", f"the language {language} is not read, only FEEL")


def asked(element: Element) -> str:
    """Return the expression of an input clause; its label where it has none.

    >>> asked(Element("", "input", {"label": "Age"}))
    'Age'
    """
    return element.said("inputExpression") or element.attributes.get("label", "").strip()


def _nothing(_scope: object) -> None:
    return None


def _id(rule: Element) -> str:
    return rule.attributes.get("label") or rule.attributes.get("id", "")


_NAMED = (tree.Name, tree.Call)


def _names(node: object) -> frozenset[str]:
    parts = tree.inner(node)
    return frozenset(part.name for part in parts if isinstance(part, _NAMED))


def _fitting(rule: Element, inputs: int, outputs: int, at: str) -> None:
    names = [child.name for child in rule.children]
    if names.count("inputEntry") != inputs or names.count("outputEntry") != outputs:
        message = f"expected {inputs} input and {outputs} output entries"
        raise InvalidError(at, "length", message)
