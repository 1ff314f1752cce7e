"""Files that are long to read are refused by how much is in them, before it is read."""

import pytest

from rules.errors import InvalidError
from rules.inference import document
from rules.notations import comma, dmn, growthbook
from tests.rules.notations.models import definitions


def rules(count, cell):
    return definitions(
        '<decision name="D"><decisionTable><input><inputExpression><text>X</text>'
        "</inputExpression></input><output/>"
        + "".join(
            f"<rule><inputEntry><text>{cell(i)}</text></inputEntry>"
            '<outputEntry><text>"a"</text></outputEntry></rule>'
            for i in range(count)
        )
        + "</decisionTable></decision>"
    )


def patterns(count):
    return {"$or": [{"a": {"$regex": f"x{i}" + "(a|b)?" * 60}} for i in range(count)]}


def concluding(count):
    names = [f"derived.a{i}" for i in range(16 * count)]
    return {
        "rules": [
            {"id": str(i), "when": {"everyone": True},
             "conclude": dict.fromkeys(names[16 * i : 16 * i + 16], 1)}
            for i in range(count)
        ]
    }  # fmt: skip


FILES = {
    "elements of DMN": (lambda: dmn.load(rules(8_000, str)), "too_large"),
    "words of DMN": (lambda: dmn.load(rules(300, lambda i: f"{i}" + "+1" * 100)), "too_costly"),
    "commas of CSV": (lambda: comma.read("a" + "," * 2_000_000), "too_large"),
    "line ends of CSV": (lambda: comma.read(('"' + "\n" * 1_000 + '",') * 244), "too_large"),
    "patterns to read": (lambda: growthbook.read(patterns(600)), "too_costly"),
    "patterns to answer": (lambda: growthbook.evaluate(patterns(600), {"a": "q"}), "too_costly"),
    "derived attributes": (lambda: document.parse(concluding(200)), "too_large"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_long_file_is_refused(name):
    work, code = FILES[name]
    with pytest.raises(InvalidError) as caught:
        work()
    assert caught.value.code == code


def test_what_is_not_read_any_more_may_be_wrong():
    broken = concluding(200)
    broken["rules"][20] = {"never": "read"}
    with pytest.raises(InvalidError) as caught:
        document.parse(broken)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_over_many_blocks_are_read_whole(end):
    cell = f"{end}xx" * 1_000
    lines = ["id,variant,note", *(f'r{i},v,"{cell}"' for i in range(90))]
    found = comma.read(end.join(lines))
    assert [row.id for row in found.rows] == [f"r{i}" for i in range(90)]
    assert {row.note.count("x") for row in found.rows} == {2_000}
