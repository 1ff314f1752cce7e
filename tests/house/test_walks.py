"""The two walks a newcomer reads first stay one function each, of at most fifteen lines."""

import pytest

from tests.house import tree

LINES = 15


@pytest.mark.parametrize("name", ["event", "decision"])
def test_a_walk_is_one_short_function(name):
    path = tree.ROOT / "personalization" / "flows" / f"{name}.py"
    assert path.exists(), f"{name}.py is not there"
    walks = [function for function in tree.functions(path) if function.name == "walk"]
    assert [function.name for function in walks] == ["walk"]
    assert tree.size(walks[0]) <= LINES


def test_flows_stay_corridors():
    """Where rooms meet, files grow: a flow has at most a hundred lines."""
    sizes = {tree.short(path): tree.length(path) for path in tree.files(("personalization/flows",))}
    assert {name: size for name, size in sizes.items() if size > 100} == {}
