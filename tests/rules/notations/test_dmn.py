"""DMN models decide as the standard says; what is beyond decision tables is refused by its name."""

import pytest

from rules.errors import InvalidError
from rules.notations.dmn import load
from tests.rules.notations import tck

NAMESPACES = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def definitions(inner, space=NAMESPACES["1.5"], head=""):
    return f'{head}<definitions xmlns="{space}" name="m">{inner}</definitions>'


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def expression(text, *inputs):
    """A model of one decision that is an expression, with typed inputs ("A:number")."""
    given = "".join(
        f'<inputData name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        for name, _, kind in (each.partition(":") for each in inputs)
    )
    body = f"<literalExpression><text>{escaped(text)}</text></literalExpression>"
    return load(definitions(f'<decision name="D">{body}</decision>{given}'))


def table(rules, policy="UNIQUE", kind="", output="<output/>", more="", values=""):
    """A model of one table over X; rules are (cell, output, ...)."""
    asked = f'<input><inputExpression typeRef="{kind}"><text>X</text></inputExpression>{values}'
    rows = "".join(
        f"<rule><inputEntry><text>{escaped(cell)}</text></inputEntry>"
        + "".join(f"<outputEntry><text>{escaped(each)}</text></outputEntry>" for each in said)
        + "</rule>"
        for cell, *said in rules
    )
    inner = f'<decisionTable hitPolicy="{policy}" {more}>{asked}</input>{output}{rows}'
    return load(definitions(f'<decision name="D">{inner}</decisionTable></decision>'))


def passes(cell, value, kind=""):
    return table([(cell, "true")], kind=kind).decide({"X": value}) is True


@pytest.mark.skipif(not tck.SUITE.exists(), reason="the suite is not here: ../shared/suites/dmn")
@pytest.mark.parametrize("case", tck.cases() if tck.SUITE.exists() else [], ids=lambda c: c.label)
def test_the_technology_compatibility_kit_agrees(case):
    answer = load(case.model.read_bytes()).decide(case.inputs, case.decision)
    assert answer == case.expected


def test_all_seventeen_models_of_the_kit_are_run():
    if not tck.SUITE.exists():
        pytest.skip("the suite is not here: ../shared/suites/dmn")
    found = tck.cases()
    assert (len({case.model for case in found}), len(found)) == (17, 51)


@pytest.mark.parametrize(
    ("cell", "kind", "yes", "no"),
    [
        ("-", "", [1, "a", None, True], []),
        ("", "", [1, None], []),
        ("5", "number", [5, 5.0], [4, "5", True, None]),
        ("-5", "number", [-5], [5]),
        ("- 5", "number", [-5], [5]),
        ("0.1", "number", [0.1], [0.2]),
        (".5", "number", [0.5], [5]),
        ('"a"', "string", ["a"], ["A", "b", None, 1]),
        ('"a","b"', "string", ["a", "b"], ["c", None]),
        ('"a, b"', "string", ["a, b"], ["a"]),
        (r'"say \"hi\" \u00e9"', "string", ['say "hi" é'], []),
        ("true", "boolean", [True], [False, None, 1, "true"]),
        ("< 5", "number", [4], [5, 6, None, "4"]),
        (">=1.50", "number", [1.5], [1.49]),
        ("[1..5]", "number", [1, 5], [0, 6]),
        ("(1..5)", "number", [2], [1, 5]),
        ("]1..5[", "number", [2], [1, 5]),
        ("[1..5[", "number", [1], [5]),
        ("]1..5]", "number", [5], [1]),
        ("[-5..-1]", "number", [-3], [0]),
        ("[1..2], [4..5], >10", "number", [1, 4, 11], [3, 10]),
        ('["a".."c"]', "string", ["b"], ["d"]),
        ("not(5)", "number", [4, None], [5]),
        ("not(< 5, 7)", "number", [5, 6], [4, 7, None]),
        ("not(]1..5[, 9)", "number", [1, 5], [3, 9]),
        ('not("a","b")', "string", ["c", None], ["a", "b"]),
        ("null", "number", [None], [1]),
        ("not(null)", "number", [1], [None]),
        ('date("2026-01-01")', "date", ["2026-01-01"], ["2026-01-02"]),
        ('>= date("2026-01-01")', "date", ["2026-06-01"], ["2025-12-31"]),
        ('[date("2026-01-01")..date("2026-12-31")]', "date", ["2026-03-03"], ["2027-01-01"]),
        ('< time("12:00:00")', "time", ["11:59:59"], ["12:00:00"]),
        (
            '< date and time("2026-01-01T12:00:00Z")',
            "date and time",
            ["2026-01-01T12:59:00+01:00"],
            ["2026-01-01T12:00:00Z", "2026-01-01T11:00:00"],
        ),
        ('> duration("P1D")', "days and time duration", ["PT25H"], ["PT24H"]),
        ('<= duration("P1Y")', "years and months duration", ["P12M"], ["P13M"]),
        ('@"2026-01-01"', "date", ["2026-01-01"], []),
        ("? > 5", "number", [6], [5]),
        ("? > 5 and ? < 8", "number", [6], [5, 8]),
        ("1 + 1", "number", [2], [1]),
        ("2 * (3 - 1)", "number", [4], [5]),
        ('contains(?, "sh")', "string", ["shoe"], ["hat"]),
        ("[1, 2, 3]", "number", [2], [4]),
    ],
)  # fmt: skip
def test_a_cell_passes_what_it_says(cell, kind, yes, no):
    assert [value for value in yes if not passes(cell, value, kind)] == []
    assert [value for value in no if passes(cell, value, kind)] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10+5", 15),
        ("-10+-5", -15),
        ("-10--5", -5),
        ("(10+20)-(-5+3)", 32),
        ("-10*-5", 50),
        ("(10+20)/(-5*3)", -2),
        ("(10+20)/0", None),
        ("10**-5", 0.00001),
        ("5+2**5+3", 40),
        ("2**3**2", 64),
        ("10 + 20 / -5 - 3", 3),
        ("1.2*10**3", 1200),
        ("0.1+0.2", 0.3),
        ("10 + null", None),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        ("1 < 2", True),
        ("1 = null", False),
        ("null = null", True),
        ('1 = "1"', None),
        ("5 between 1 and 5", True),
        ("5 in (< 3, [4..6])", True),
        ("5 in [1..5)", False),
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("not(true)", False),
        ("not(null)", None),
        ('if 1 < 2 then "yes" else "no"', "yes"),
        ('date("2026-01-31") + duration("P1M")', "2026-02-28"),
        ('date("2026-03-01") - date("2026-02-27")', "P2D"),
        ('date and time("2026-01-01T00:00:00") + duration("PT1.5S")', "2026-01-01T00:00:01.500000"),
        ('duration("P1D") * 1.5', "P1DT12H"),
        ('date("2026-02-30")', None),
        ("date(2026, 2, 28).weekday", 6),
        ("floor(-1.5) + ceiling(1.2) + abs(-3) + modulo(-7, 3)", 5),
        ("decimal(1/3, 2)", 0.33),
        ("max(1, 3, 2) + min([4, 5]) + sum(1, 2) + count([1, 1])", 12),
        ('string length(upper case("straße"))', 7),
        ('string(1.50) + string(date("2026-01-01"))', "1.52026-01-01"),
        ("[1, 2]", [1, 2]),
        ("1 // a comment\n + /* another */ 1", 2),
        ("10 ** 6000 * 10 ** 6000", None),
    ],
)
def test_an_expression_says_what_the_standard_says(text, said):
    answer = expression(text).decide({})
    assert (answer, type(answer)) == (said, type(said))


def test_names_with_spaces_and_signs_are_names():
    given = {"Employment  Status": "x", "Loan": {"late fee": "y"}, "a-b": "z"}
    named = expression("Employment\n Status + a-b", "Employment Status:string", "a-b:string")
    assert named.decide(given) == "xz"
    item = '<itemDefinition name="tLoan"><itemComponent name="late fee"/></itemDefinition>'
    body = "<literalExpression><text>Loan.late fee + a-b</text></literalExpression>"
    data = '<inputData name="Loan"/><inputData name="a-b"/>'
    model = load(definitions(f'{item}<decision name="D">{body}</decision>{data}'))
    assert model.decide(given) == "yz"


@pytest.mark.parametrize(
    ("policy", "value", "said"),
    [
        ("UNIQUE", 1, "a"),
        ("UNIQUE", 5, None),
        ("FIRST", 5, "a"),
        ("ANY", 5, None),
        ("ANY", 8, "b"),
        ("PRIORITY", 5, "b"),
        ("COLLECT", 5, ["a", "b"]),
        ("COLLECT", 0, None),
        ("RULE ORDER", 8, ["b", "b"]),
        ("OUTPUT ORDER", 5, ["b", "a"]),
        ("C", 5, ["a", "b"]),
        ("U", 0, None),
    ],
)
def test_the_hit_policy_chooses(policy, value, said):
    rules = [("[1..5]", '"a"'), (">= 5", '"b"'), (">= 8", '"b"')]
    output = '<output><outputValues><text>"b", "a"</text></outputValues></output>'
    assert table(rules, policy, output=output).decide({"X": value}) == said


@pytest.mark.parametrize(
    ("how", "many", "none"),
    [("SUM", 6.5, None), ("MIN", 1.5, None), ("MAX", 3, None), ("COUNT", 3, 0)],
)
def test_collect_aggregates(how, many, none):
    rules = [("> 1", "1.5"), ("> 1", "2"), ("> 1", "3")]
    model = table(rules, "COLLECT", more=f'aggregation="{how}"')
    assert (model.decide({"X": 2}), model.decide({"X": 1})) == (many, none)


def test_several_outputs_are_said_by_name_and_default_where_nothing_matches():
    output = "".join(
        f'<output name="{name}"><defaultOutputEntry><text>"-{name}"</text></defaultOutputEntry>'
        "</output>"
        for name in "ab"
    )
    model = table([("1", '"x"', '"y"')], output=output)
    assert model.decide({"X": 1}) == {"a": "x", "b": "y"}
    assert model.decide({"X": 2}) == {"a": "-a", "b": "-b"}


def test_priority_compares_outputs_from_left_to_right():
    values = '<outputValues><text>"high", "low"</text></outputValues>'
    output = f'<output name="a">{values}</output><output name="b">{values}</output>'
    rules = [("-", '"low"', '"high"'), ("-", '"high"', '"low"'), ("-", '"high"', '"high"')]
    best = table(rules, "PRIORITY", output=output)
    assert best.decide({"X": 1}) == {"a": "high", "b": "high"}


def test_a_value_that_is_not_allowed_gives_null_and_says_why():
    model = table([("-", '"x"')], values='<inputValues><text>"a", "b"</text></inputValues>')
    assert model.decide({"X": "a"}) == "x"
    answer = model.answer({"X": "c"})
    assert (answer.value, answer.reason) == (None, "input")


def test_decisions_rest_on_decisions_and_functions():
    inner = """
      <itemDefinition name="tLoan">
        <itemComponent name="amount"><typeRef>feel:number</typeRef></itemComponent>
      </itemDefinition>
      <decision name="Top"><literalExpression><text>Fee + 1</text></literalExpression></decision>
      <decision name="Fee">
        <literalExpression><text>Rate(Loan.amount)</text></literalExpression>
      </decision>
      <businessKnowledgeModel name="Rate"><encapsulatedLogic>
        <formalParameter name="a b" typeRef="number"/>
        <literalExpression><text>a b * 2</text></literalExpression>
      </encapsulatedLogic></businessKnowledgeModel>
      <inputData name="Loan"><variable name="Loan" typeRef="tLoan"/></inputData>"""
    model = load(definitions(inner))
    assert model.decide({"Loan": {"amount": 5}}) == 11
    assert model.decide({"Loan": {"amount": 5}}, "Fee") == 10
    assert model.decide({"Loan": {"amount": "5"}}) is None


@pytest.mark.parametrize("version", NAMESPACES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_every_version_and_encoding_is_read(version, encoding):
    named = encoding.removesuffix("-sig")
    body = '<decision name="D"><literalExpression><text>"é"</text></literalExpression></decision>'
    head = f'<?xml version="1.0" encoding="{named}"?>\n'
    document = definitions(body, NAMESPACES[version], head)
    assert load(document.encode(encoding)).decide({}) == "é"
    assert load("\ufeff" + document).decide({}) == "é"


def test_prefixes_are_not_part_of_names():
    document = (
        f'<s:definitions xmlns:s="{NAMESPACES["1.1"]}" xmlns:feel="f"><s:decision name="D">'
        "<s:literalExpression><s:text>X</s:text></s:literalExpression></s:decision>"
        '<s:inputData name="X"><s:variable typeRef="feel:number"/></s:inputData></s:definitions>'
    )
    assert load(document).decide({"X": 2}) == 2


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("for x in [1] return x", "a for loop"),
        ("some x in [1] satisfies x > 0", "some"),
        ("{a: 1}", "a context"),
        ("X[1]", "filter"),
        ("X instance of number", "instance of"),
        ("function(a) a", "function"),
        ("sort(X)", "sort"),
        ("Y + 1", "Y"),
        ("1 +", "character 4"),
        ('"open', "closing quote"),
        ("(1", ")"),
        ("1 2", "the end"),
        ("/* open", "FEEL"),
    ],
)
def test_what_is_not_read_is_refused_by_its_name_and_place(text, named):
    with pytest.raises(InvalidError) as error:
        expression(text, "X")
    assert named in str(error.value)
    assert error.value.at == "/D"


def test_a_cell_is_refused_with_its_rule_and_column():
    with pytest.raises(InvalidError) as error:
        table([("1", '"x"'), ("High", '"y"')])
    assert str(error.value) == "/D/rule 2/X: expected a known name, not High; texts are quoted"


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("", "no element found"),
        ("<definitions>", "no element found"),
        ("<html/>", "definitions"),
        (definitions(""), "decision"),
        (definitions('<import name="other"/>'), "import"),
        (definitions('<decision name="D"><context/></decision>'), "a boxed context"),
        (definitions('<decision name="A"/><decision name="A"/>'), "nothing else has"),
        (definitions('<decision name="D"><decisionTable hitPolicy="BEST"/></decision>'), "UNIQUE"),
        (
            definitions(
                '<decision name="D"><literalExpression expressionLanguage="juel"/></decision>'
            ),
            "juel",
        ),
        (
            definitions(
                "".join(
                    f'<decision name="{a}"><literalExpression><text>{b}</text></literalExpression>'
                    "</decision>"
                    for a, b in ("AB", "BA")
                )
            ),
            "circle",
        ),
    ],
)
def test_a_document_that_is_no_model_is_refused(document, named):
    with pytest.raises(InvalidError, match=named):
        load(document)


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
