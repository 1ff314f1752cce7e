"""Public suites of other people's notations where they lie beside the project, and our vectors."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SUITES = ROOT.parent / "shared" / "suites"
VECTORS = ROOT / "tests" / "vectors"


def suite(name, key=None):
    """Return the decorator that runs a test over a suite's cases, or skips it where it is not."""
    path = SUITES / name
    if not path.exists():
        return pytest.mark.skip(reason=f"the suite is not here: ../shared/suites/{name}")
    document = json.loads(path.read_text("utf-8"))
    listed = document[key] if key else document
    kept = [case for case in listed if not isinstance(case, str)]
    return pytest.mark.parametrize("case", kept, ids=range(len(kept)))


@cache
def document(name):
    """Return one of our files of vectors, with what all its cases share."""
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


def vectors(name, *keys):
    """Return the decorator that runs a test over those of our cases that have all the keys."""
    kept = [case for case in document(name)["cases"] if all(key in case for key in keys)]
    assert kept
    return pytest.mark.parametrize("case", kept, ids=lambda case: f"{name}-{case['number']}")
