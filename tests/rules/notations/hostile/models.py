"""Hostile models of DMN: deep, wide, long, round in circles, and what XML can do besides."""

from rules.notations import dmn
from tests.rules.notations.models import definitions

READ = dmn.load


def expression(text, more=""):
    return definitions(
        f'{more}<decision name="D"><literalExpression><text>{text}</text></literalExpression>'
        "</decision>"
    )


def table(rules, cell, columns=1, answer=lambda _i: '"a"'):
    asked = "".join(
        f"<input><inputExpression><text>X{j}</text></inputExpression></input>"
        for j in range(columns)
    )
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{cell(i)}</text></inputEntry>" for _ in range(columns))
        + f"<outputEntry><text>{answer(i)}</text></outputEntry></rule>"
        for i in range(rules)
    )
    return definitions(
        f'<decision name="D"><decisionTable hitPolicy="FIRST">{asked}<output/>{rows}'
        "</decisionTable></decision>"
    )


def clauses(kind, count, inner):
    return definitions(
        '<decision name="D"><decisionTable hitPolicy="PRIORITY">'
        + "".join(f'<{kind} name="o{i}">{inner(i)}</{kind}>' for i in range(count))
        + "<output/></decisionTable></decision>"
    )


def values(name):
    return lambda i: f"<{name}><text>{','.join(f'{i}.{k}' for k in range(900))}</text></{name}>"


def chain(count, link):
    return definitions("".join(link(i) for i in range(count)) + expression("1")[64:])


def entities():
    names = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    return f'<!DOCTYPE d [<!ENTITY l0 "ha">{names}]>{definitions("&l9;")}'


MADE = {
    "an explosion of entities": entities,
    "an entity of a megabyte": lambda: f'<!DOCTYPE d [<!ENTITY a "{"a" * 10**6}">]><d>&a;</d>',
    "a file of the host": lambda: (
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    ),
    "a declaration from elsewhere": lambda: '<!DOCTYPE d SYSTEM "http://127.0.0.1/x"><d/>',
    "elements in elements": lambda: "<definitions>" + "<decision>" * 100_000,
    "elements in elements, fewer": lambda: "<definitions>" + "<decision>" * 500,
    "elements without end": lambda: definitions("<text/>" * 200_000),
    "elements that nobody knows": lambda: definitions("<x/>" * 15_000),
    "attributes without end": lambda: (
        "<definitions " + " ".join(f'a{i}="x"' for i in range(200_000)) + "/>"
    ),
    "namespaces without end": lambda: (
        "<definitions " + " ".join(f'xmlns:a{i}="u"' for i in range(100_000)) + "/>"
    ),
    "an attribute given twice": lambda: '<definitions a="1" a="2"/>',
    "a name of four megabytes": lambda: expression("1").replace('"D"', f'"{"x" * 3_900_000}"'),
    "a text of four megabytes": lambda: table(1, lambda _i: '"' + "a" * 3_900_000 + '"'),
    "more than four megabytes": lambda: table(1, lambda _i: "1," * 3_000_000),
    "a comment of four megabytes": lambda: definitions("<!--" + "-a" * 1_900_000 + "-->"),
    "cells of many words": lambda: table(300, lambda i: f"{i}" + "+1" * 100),
    "cells of many values": lambda: table(400, lambda i: ",".join(f"{i}.{k}" for k in range(300))),
    "cells of many signs": lambda: table(300, lambda i: " " * 8_000 + str(i)),
    "a cell of many values": lambda: table(1, lambda _i: ",".join(map(str, range(2_500)))),
    "values of inputs": lambda: clauses("input", 190, values("inputValues")),
    "values of outputs": lambda: clauses("output", 190, values("outputValues")),
    "columns without end": lambda: clauses("input", 5_000, lambda _i: "<text>a b</text>"),
    "names that begin alike": lambda: expression(
        "a " * 4_000, "".join(f'<inputData name="a b{i} c"/>' for i in range(999))
    ),
    "names without end": lambda: expression(
        "1", "".join(f'<inputData name="a {i}"/>' for i in range(5_000))
    ),
    "brackets in brackets": lambda: expression("(" * 8_000),
    "not of not": lambda: table(1, lambda _i: "not(" * 60 + "1" + ")" * 60),
    "a chain of signs": lambda: expression("1" + "+1" * 4_000),
    "signs of signs": lambda: expression("-" * 8_000 + "1"),
    "a comment in a comment": lambda: expression("/*" * 4_000),
    "a string that does not end": lambda: table(1, lambda _i: '"' + "\\" * 8_001),
    "decisions in a circle": lambda: definitions(
        "".join(
            f'<decision name="D{i}"><literalExpression><text>D{(i + 1) % 100}</text>'
            "</literalExpression></decision>"
            for i in range(100)
        )
    ),
    "types in a chain": lambda: expression(
        "X",
        "".join(
            f'<itemDefinition name="t{i}"><typeRef>t{i + 1}</typeRef></itemDefinition>'
            for i in range(5_000)
        )
        + '<inputData name="X"><variable typeRef="t0"/></inputData>',
    ),
    "a power of powers": lambda: expression("9**9**9**9**9"),
    "a number of thousands of digits": lambda: expression("9" * 8_000),
    "a date of thousands of digits": lambda: expression('date("' + "9" * 8_000 + '-01-01")'),
    "a pattern that backtracks": lambda: table(1, lambda _i: 'matches(?, "(a+)+$")'),
    "another encoding": lambda: b'<?xml version="1.0" encoding="utf-7"?><definitions/>',
    "lone surrogates": lambda: "<definitions>\ud800</definitions>",
    "a sign that is none": lambda: "<definitions>\0</definitions>",
    "words from right to left": lambda: expression("\u202eX\u2066"),
}
"""What a stranger sends, by what hurts in it."""
TAKEN = {
    "a power of powers": "null",
    "a number of thousands of digits": "rounded to 34",
    "a date of thousands of digits": "null",
}
"""What is a model, and cheap; all else is refused."""
