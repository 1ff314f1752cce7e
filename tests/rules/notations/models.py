"""Small DMN models, built from what matters to a test."""

from rules.notations.dmn import load

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
