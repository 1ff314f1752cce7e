"""The text form: what is said is read, what is read is said again, and nothing is lost between."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.canonical import digest, document
from rules.errors import InvalidError
from rules.notations.sentences.said import TextError
from rules.notations.text import read, write
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from tests.rules import whole

quiet = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def parsed(said):
    try:
        return parse(said, scope=Scope.MATRIX)
    except InvalidError:
        return None


@quiet
@given(whole.conditions)
def test_every_condition_is_read_back_as_it_was(said):
    condition = parsed(said)
    assume(condition is not None)
    text = write(condition)
    assert read(text) == condition, text
    assert digest(read(text)) == digest(condition)
    assert text.isprintable()
    assert write(read(text)) == text
