"""The OpenAPI document is a contract: schemathesis finds no 500 and no undocumented answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)
KEYS = ("management_key", "secret_key")


@pytest.fixture(scope="module")
def shop():
    """The demo's shop with some visitors, on a server of its own."""
    with Installation("services,web,live,batch") as house:
        crowd = ("--visitors", "20", "--events", "400", "--first", "20")
        house.run("manage.py", "furnish", "--url", house.url, *crowd)
        yield house


def key(house: Installation, name: str) -> str:
    """Return one of the shop's keys."""
    kept = json.loads((house.var / "demo-keys.json").read_text())
    return str(kept[name])


def conversation(house: Installation, name: str, *words: str) -> str:
    """Return what schemathesis says after its run; it must have found nothing."""
    bearer = f"Authorization: Bearer {key(house, name)}"
    asked = ("run", f"{house.url}/api/schema/", "--url", house.url, "-H", bearer)
    usual = ("--checks", CHECKS, "--request-timeout", "60", "--no-color", "--seed", "1")
    command = [str(Path(sys.executable).with_name("schemathesis")), *asked, *usual, *words]
    done = subprocess.run(command, cwd=house.var, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:30_000] + done.stderr[-2_000:]
    return done.stdout


@pytest.mark.slow
def test_what_the_document_allows_and_forbids_is_answered_as_it_says(shop):
    said = conversation(shop, "management_key", "--phases", "fuzzing", "--max-examples", "4")
    assert "passed" in said


@pytest.mark.nightly
@pytest.mark.parametrize("name", KEYS)
def test_it_holds_in_a_long_conversation(shop, name):
    phases = ("--phases", "coverage,fuzzing,stateful", "--max-examples", "40")
    assert "passed" in conversation(shop, name, *phases)
