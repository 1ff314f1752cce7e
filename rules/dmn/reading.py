"""A DMN document becomes a model: every cell is read and every name looked up once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from rules.dmn.body import Anything, Body, Known, asked, speaks
from rules.dmn.catalogue import Catalogue
from rules.dmn.faults import Faults, place
from rules.dmn.model import Logic, Model, Own
from rules.dmn.types import Type
from rules.dmn.weight import weighed
from rules.errors import InvalidError
from rules.feel.meaning import Scope
from rules.feel.tokens import KEYWORDS, Names
from rules.xml.element import Element
from rules.xml.markup import parsed

MOST_DECISIONS = 200
MOST_FUNCTIONS = 16
MOST_NAMES = 1_000
KNOWN = frozenset(
    {"import", "itemDefinition", "itemComponent", "typeRef", "allowedValues", "text", "ours"}
    | {"decision", "inputData", "businessKnowledgeModel", "variable", "encapsulatedLogic"}
    | {"formalParameter", "decisionTable", "literalExpression", "invocation", "binding"}
    | {"parameter", "input", "inputExpression", "inputValues", "output", "outputValues"}
    | {"defaultOutputEntry", "rule", "inputEntry", "outputEntry", "annotationEntry"}
    | {"description", "extensionElements"}
)
"""The elements that are read; others are passed over or, where they are logic, refused."""
_BEYOND = {
    "context": "a boxed context",
    "list": "a boxed list",
    "relation": "a relation",
    "functionDefinition": "a boxed function",
    "conditional": "a boxed conditional",
    "filter": "a boxed filter",
    "for": "a boxed iterator",
    "every": "a boxed quantifier",
    "some": "a boxed quantifier",
}


def model(raw: str | bytes, faults: Faults | None = None) -> Model:
    """Return the model a DMN document says, or raise ``InvalidError`` that names the place.

    Read are DMN 1.1 to 1.6: decision tables, literal expressions of S-FEEL, invocations and
    business knowledge models of those. Source: DMN 1.5, 6, 8 and 9. ``faults`` gathers what is
    wrong with single clauses and cells, instead; what is returned then does not decide.

    >>> model('<definitions><decision name="D"><literalExpression><text>1 + 1</text>'
    ...       '</literalExpression></decision></definitions>').decide({})
    2
    """
    root = weighed(parsed(raw, ("definitions",), KNOWN))
    return _Reading(root, faults or Faults()).model()


KNOWN |= _BEYOND.keys()


class _Reading:
    """One reading of one document."""

    def __init__(self, root: Element, faults: Faults) -> None:
        self.root = root
        self.faults = faults
        self.refused: dict[str, InvalidError] = {}
        speaks(root, "/definitions")
        if imported := root.one("import"):
            source = imported.attributes.get("name") or imported.attributes.get("locationURI", "")
            raise InvalidError("/import", "unsupported", f"the import {source} is not read")
        self.types = Catalogue(root)
        self.data = self.named("inputData")
        self.decided = self.named("decision")
        self.owned = self.named("businessKnowledgeModel")
        if len(self.decided) > MOST_DECISIONS or len(self.owned) > MOST_FUNCTIONS:
            most = f"{MOST_DECISIONS} decisions and {MOST_FUNCTIONS} functions"
            raise InvalidError("", "too_large", f"expected at most {most}")
        declared = {*self.data, *self.decided}
        self.known = Known(self.types, declared, self.owned, self.names, faults=faults)

    def model(self) -> Model:
        if not self.decided:
            raise InvalidError("/definitions", "missing", "expected a decision")
        functions = {name: self.own(name, element) for name, element in self.owned.items()}
        _sorted({name: own.logic.names & functions.keys() for name, own in functions.items()})
        found = {name: self.logic(name, element) for name, element in self.decided.items()}
        if self.refused and not any(name not in self.refused for name in found):
            raise next(iter(self.refused.values()))
        decisions = {name: logic for name, logic in found.items() if logic is not None}
        graph = {
            name: (logic.names & decisions.keys()) - {name} - self.data.keys()
            for name, logic in decisions.items()
        }
        order = _sorted(graph)
        needs = {name: _closure(name, graph, order) for name in order}
        inputs = {name: self.type_of(element) for name, element in self.data.items()}
        ids = {element.attributes.get("id", ""): name for name, element in self.decided.items()}
        return Model(decisions, inputs, needs, ids, functions)

    def named(self, kind: str) -> dict[str, Element]:
        found: dict[str, Element] = {}
        for i, element in enumerate(self.root.all(kind), 1):
            name = " ".join(element.attributes.get("name", "").split())
            if not name or name in found:
                at = f"/{kind} {i}"
                raise InvalidError(at, "duplicate", "expected a name that nothing else has")
            found[name] = element
        return found

    def type_of(self, element: Element) -> Type:
        variable = element.one("variable")
        return self.types.named(variable.attributes.get("typeRef", "") if variable else "")

    @cached_property
    def names(self) -> Names:
        phrases = set(filter(_is_phrase, map(asked, self.inputs())))
        found = {*self.data, *self.decided, *self.owned, *self.types.names(), *phrases}
        found |= {each for own in self.owned.values() for each in _parameters(own)}
        if len(found) > MOST_NAMES:
            raise InvalidError("", "too_large", f"expected at most {MOST_NAMES} names")
        return Names(found)

    def inputs(self) -> Iterable[Element]:
        for element in self.decided.values():
            for table in element.all("decisionTable"):
                yield from table.all("input")

    def own(self, name: str, element: Element) -> Own:
        inside = element.one("encapsulatedLogic")
        formal = _parameters(element)
        parameters = {each: self.types.named(type_) for each, type_ in formal.items()}
        try:
            logic = self.body(name, inside, frozenset(parameters)) if inside else None
        except InvalidError as error:
            self.faults.note(place(name, element), error)
            if error.code != "unsupported" and not self.faults.gathers:
                raise
            logic = self.refusing(f"function {name}", error)
        if logic is None:
            raise InvalidError(f"/{name}", "missing", "expected an expression or a table")
        return Own(parameters, logic)

    def logic(self, name: str, element: Element) -> Logic | None:
        known: Container[str] = {*self.data, *self.decided} if self.data else Anything()
        try:
            found = self.body(name, element, known)
            return found and replace(found, kind=self.type_of(element))
        except InvalidError as error:
            self.faults.note(place(name, element), error)
            if error.code != "unsupported" and not self.faults.gathers:
                raise
            return self.refusing(name, error)

    def body(self, name: str, element: Element, known: Container[str]) -> Logic | None:
        at = f"/{name}"
        for child in element.children:
            if child.space == element.space and child.name in _BEYOND:
                what = _BEYOND[child.name]
                raise InvalidError(at, "unsupported", f"{what} is beyond decision tables")
        body = Body(self.known, at, known)
        made = body.read(element)
        return None if made is None else Logic(at, made, frozenset(body.used))

    def refusing(self, name: str, error: InvalidError) -> Logic:
        """Return the logic that is refused when it is asked: the rest of the model is read."""
        self.refused[name] = error

        def refuse(_scope: Scope) -> object:
            raise error

        return Logic(f"/{name}", refuse, frozenset())


def _parameters(function: Element) -> dict[str, str]:
    inside = function.one("encapsulatedLogic")
    return {
        " ".join(each.attributes.get("name", "").split()): each.attributes.get("typeRef", "")
        for each in (inside.all("formalParameter") if inside else ())
    }


def _is_phrase(text: str) -> bool:
    """Tell whether a text is a name of several words, and no expression."""
    words = text.split()
    plain = all(word.replace("_", "a").isalnum() and not word[0].isdigit() for word in words)
    return len(words) > 1 and plain and not KEYWORDS & set(words)


def _sorted(graph: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " needs ".join(error.args[1][::-1])
        raise InvalidError("/definitions", "circle", f"expected no circle: {circle}") from error


def _closure(
    name: str, graph: Mapping[str, frozenset[str]], order: tuple[str, ...]
) -> tuple[str, ...]:
    needed, stack = {name}, [name]
    while stack:
        new = set(graph[stack.pop()]) - needed
        needed |= new
        stack += new
    return tuple(each for each in order if each in needed)
