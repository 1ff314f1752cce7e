"""A visitor that the checker shows is said whole."""

from rules.matrix.check import visitors
from rules.matrix.check.visitors import Visitor


def test_a_visitor_is_said_whole_as_json():
    asked = Visitor({"traits.a": ("x", 1)}, {"vip": None}, {"m": 3}, {"c": True}, ("past",), 5)
    assert visitors.document(asked) == {
        "attributes": {"traits.a": ["x", 1]},
        "segments": {"vip": None},
        "measures": {"m": 3},
        "conditions": {"c": True},
        "outside": ["past"],
        "now": 5,
    }
