"""DMN models decide as the standard says; what is beyond decision tables is refused by its name."""

import pytest

from rules.errors import InvalidError
from rules.notations.dmn import load
from tests.rules.notations import tck
from tests.rules.notations.models import NAMESPACES, definitions, expression, table


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


def test_what_is_not_read_is_refused_when_asked_and_the_rest_of_the_model_decides():
    inner = "".join(
        f'<decision name="{name}"><literalExpression><text>{text}</text></literalExpression>'
        "</decision>"
        for name, text in (("good", "1 + 1"), ("bad", "for x in [1] return x"), ("both", "bad + 1"))
    )
    model = load(definitions(inner))
    assert model.decide({}, "good") == 2
    for name in ("bad", "both"):
        with pytest.raises(InvalidError, match="/bad: a for loop is FEEL beyond S-FEEL"):
            model.decide({}, name)


LIST = '<itemDefinition name="t" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
SMALL = (
    '<itemDefinition name="t"><typeRef>number</typeRef>'
    "<allowedValues><text>[0..3]</text></allowedValues></itemDefinition>"
)
PAIR = (
    '<itemDefinition name="t"><itemComponent name="a"><typeRef>number</typeRef>'
    "</itemComponent></itemDefinition>"
)


@pytest.mark.parametrize(
    ("said", "kind", "types", "answer"),
    [
        ("1", "number", "", 1),
        ('"1"', "number", "", None),
        ("1", "string", "", None),
        ("[1]", "number", "", 1),
        ("[1, 2]", "number", "", None),
        ("1", "feel:t", LIST, [1]),
        ("null", "t", LIST, None),
        ('date("2026-01-01")', "date and time", "", "2026-01-01T00:00:00Z"),
        ('date and time("2026-01-01T00:00:00")', "date", "", None),
        ("2", "t", SMALL, 2),
        ("5", "t", SMALL, None),
        ("5", "t", PAIR, 5),
        ("[1, 2]", "Any", "", [1, 2]),
        ("[1, 2]", "unheard of", "", [1, 2]),
    ],
)
def test_a_decision_says_a_value_of_the_type_it_declares_or_null(said, kind, types, answer):
    body = f"<literalExpression><text>{said}</text></literalExpression>"
    variable = f'<variable name="D" typeRef="{kind}"/>'
    model = load(definitions(f'{types}<decision name="D">{variable}{body}</decision>'))
    assert model.decide({}) == answer
