"""The OpenAPI document is current, names every route once, and holds the fast paths too."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from personalization.api import track_paths

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def document() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_written_document_is_current(document: dict):
    written = yaml.safe_load(WRITTEN.read_text())
    assert written == yaml.safe_load(yaml.safe_dump(document)), (
        "run: manage.py spectacular --file docs/openapi.yaml"
    )


def test_the_fast_paths_stand_in_it(document: dict):
    fast = {"/v1/decide", "/v1/stream", *track_paths.DOCUMENT}
    assert fast <= set(document["paths"])


def test_no_two_operations_share_a_name(document: dict):
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if "operationId" in operation
    ]
    assert len(names) == len(set(names)) > 80


def test_its_reader_needs_nothing_from_elsewhere():
    page = Client().get("/api/docs/").content.decode()
    assert "http" not in page.replace("http-equiv", "")
    assert "<script>" not in page
