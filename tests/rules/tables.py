"""Matrices said in a line, and the findings of a check read back: the words of its tests."""

from __future__ import annotations

from rules.matrix.document import parse


def table(*rows, policy="first", **more):
    """Return a matrix of conditions; the row's id is its place, its variant its own unless told."""
    said = [
        {"id": str(n), "when": row, "then": {"variant": f"v{n}"}}
        if "when" not in row
        else {"id": str(n), "then": {"variant": f"v{n}"}, **row}
        for n, row in enumerate(rows)
    ]
    return parse({"hit_policy": policy, "rows": said, **more})


def asks(path, operator, value=None):
    test = {"attribute": path, "operator": operator}
    return test if value is None else {**test, "value": value}


def codes(report):
    return [finding.code for finding in report.findings]


def hidden(report):
    return {finding.rows[0]: finding.others for finding in report.of("never_reached")}
