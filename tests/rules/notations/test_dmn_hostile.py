"""XML from strangers: whatever explodes, reaches out or grows is refused."""

import pytest

from rules.errors import InvalidError
from rules.notations.dmn import load
from tests.rules.notations.models import definitions

LAUGHS = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
HOSTILE = {
    "laughs": f'<!DOCTYPE definitions [<!ENTITY l0 "ha">{LAUGHS}]>{definitions("&l9;")}',
    "quadratic": f'<!DOCTYPE d [<!ENTITY a "{"a" * 100_000}">]><definitions>{"&a;" * 10_000}',
    "file": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>',
    "subset": '<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd"><definitions/>',
    "parameter": '<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]><definitions/>',
    "deep": "<definitions>" + "<a>" * 100_000,
    "many": "<definitions>" + "<a/>" * 500_000 + "</definitions>",
    "long": "<definitions>" + "a" * 5_000_000,
    "brackets": definitions(
        '<decision name="D"><literalExpression><text>' + "(" * 8_000 + "</text>"
        "</literalExpression></decision>"
    ),
    "chain": definitions(
        '<decision name="D"><literalExpression><text>1' + "+1" * 4_000 + "</text>"
        "</literalExpression></decision>"
    ),
    "comments": definitions(
        '<decision name="D"><literalExpression><text>' + "/*" * 4_000 + "</text>"
        "</literalExpression></decision>"
    ),
    "types": definitions(
        "".join(
            f'<itemDefinition name="t{i}"><typeRef>t{i + 1}</typeRef></itemDefinition>'
            for i in range(5_000)
        )
        + '<inputData name="X"><variable typeRef="t0"/></inputData>'
        + '<decision name="D"><literalExpression><text>X</text></literalExpression></decision>'
    ),
    "encoding": b'<?xml version="1.0" encoding="utf-7"?><definitions/>',
    "bytes": b"\xff\xfe\x00\xd8",
    "surrogate": "<definitions>\ud800</definitions>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused(name):
    with pytest.raises(InvalidError):
        load(HOSTILE[name])


def test_what_grows_without_bound_becomes_null_or_is_refused():
    doubling = "".join(
        f'<decision name="s{i + 1}"><literalExpression><text>s{i} + s{i}</text></literalExpression>'
        "</decision>"
        for i in range(60)
    )
    data = '<inputData name="s0"/>'
    assert load(definitions(doubling + data)).decide({"s0": "x"}) is None
    calls = "".join(
        f'<businessKnowledgeModel name="f{i + 1}"><encapsulatedLogic><formalParameter name="x"/>'
        f"<literalExpression><text>f{i}(x) + f{i}(x)</text></literalExpression>"
        "</encapsulatedLogic></businessKnowledgeModel>"
        for i in range(1, 15)
    )
    first = (
        '<businessKnowledgeModel name="f1"><encapsulatedLogic><formalParameter name="x"/>'
        "<literalExpression><text>x</text></literalExpression>"
        "</encapsulatedLogic></businessKnowledgeModel>"
        '<decision name="D"><literalExpression><text>f15(1)</text></literalExpression></decision>'
    )
    with pytest.raises(InvalidError, match="calls"):
        load(definitions(calls + first)).decide({})
