"""A German page says what the rules found in German; what is stored and what machines get stays."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from personalization.content.sources import Binding
from personalization.decisions import drafts
from personalization.decisions.models import Matrix
from personalization.flows import answering, comparing, kinds
from personalization.plant import clock, questions
from personalization.segments.models import Segment
from personalization.sites import audit, codewords
from personalization.sites.models import AuditEntry
from tests import estate

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2] / "personalization"
GERMAN = {"accept-language": "de"}


@pytest.fixture
def root(mine: estate.Estate) -> Client:
    client = Client(headers=GERMAN)
    client.force_login(estate.person("root", is_superuser=True))
    return client


def post(client: Client, name: str, pk: int, **said: Any) -> Any:
    return client.post(reverse(f"desk:{name}", args=[pk]), said, content_type="application/json")


def shadowed(matrix: Matrix) -> None:
    """Draft a matrix whose second row nobody gets."""
    document = matrix.revisions.first().document
    row = {**document["rows"][0], "when": {"everyone": True}}
    rows = [{**row, "id": name} for name in ("first", "again")]
    drafts.draft(matrix, {**document, "rows": rows}, "ann")


def test_the_checker_speaks_german_on_a_german_page(root, matrix):
    shadowed(matrix)
    german = "Zeile again wird nie erreicht: Zeile first nimmt ihr alle, für die sie gilt."
    assert german in root.get(reverse("desk:sheet", args=[matrix.pk])).content.decode()
    english = root.get(reverse("desk:sheet", args=[matrix.pk]), headers={"accept-language": "en"})
    assert "Row again is never reached" in english.content.decode()


def test_the_checker_speaks_german_as_somebody_types(root, matrix):
    sheet = root.get(reverse("desk:sheet", args=[matrix.pk])).context["told"]["sheet"]
    sheet["rows"] = [{**sheet["rows"][0], "id": name} for name in ("first", "again")]
    found = post(root, "sheet-check", matrix.pk, sheet=sheet).json()["findings"]
    never = next(one for one in found if one["code"] == "never_reached")
    assert never["sentence"].startswith("Zeile 2 wird nie erreicht: ")


def test_a_cell_s_fault_is_said_in_german(root, matrix):
    sheet = root.get(reverse("desk:sheet", args=[matrix.pk])).context["told"]["sheet"]
    sheet["headings"].append("traits.age")
    sheet["rows"][0]["traits.age"] = '>= "x'
    fault = post(root, "sheet-check", matrix.pk, sheet=sheet).json()["faults"][0]
    assert (fault["column"], fault["message"][:9]) == ("traits.age", "erwartet ")
    answer = post(root, "sheet-save", matrix.pk, sheet=sheet, base=1)
    assert answer.json()["error"]["message"] == fault["message"]


def test_the_segment_s_builder_names_a_fault_in_german(root, mine):
    segment = Segment.objects.filter(site=mine.site, part_of=None).first()
    wrong = {"form": "text", "said": "traits.age is at least"}
    fault = post(root, "segment-check", segment.pk, **wrong).json()
    assert "gefunden: das Ende" in str(fault)


def test_a_form_says_in_german_what_it_expected(root, mine):
    said = {"site": mine.site.pk, "slug": "new", "name": "New", "condition": '{"all": 3}'}
    page = root.post(reverse("admin:segments_segment_add"), said).content.decode()
    assert "Bei /all: erwartet wird eine Liste" in page


def test_a_file_s_faults_are_said_in_german(root, matrix):
    file = SimpleUploadedFile("m.csv", b"id,variant,traits.age\na,x,>=\n")
    url = reverse("desk:file-look", args=[matrix.pk])
    page = root.post(url, {"file": file}).content.decode()
    assert "erwartet wird" in page


def test_the_difference_is_stored_in_english_and_read_in_german(root, matrix, mine):
    shadowed(matrix)
    revision = matrix.revisions.first()
    stored = comparing.drafted(kinds.KINDS["matrix"], revision)
    assert any(one.startswith("Row ") for one in stored)
    audit.record(mine.site.pk, "ann", "drafted", matrix, {"number": 2, "diff": stored})
    page = root.get(reverse("desk:history", args=["matrix", matrix.pk])).content.decode()
    assert "<li>Zeile " in page
    assert "<li>Row " not in page
    entry = AuditEntry.objects.filter(action="drafted", object_id=str(matrix.pk)).latest("pk")
    assert entry.detail["diff"] == stored
    look = root.get(reverse("desk:revision", args=["matrix", revision.pk])).content.decode()
    assert "<li>Zeile " in look


def test_the_process_that_counts_answers_in_english_and_the_page_in_german(root, matrix):
    wish = {"page_id": "p", "kind": "values", "path": "nonsense"}
    answer = post(root, "sheet-ask", matrix.pk, **wish)
    while answer.status_code == 200 and answer.json().get("waiting"):
        question = questions.take(2)
        if question is not None:
            answering.answer(question, clock.system)
        answer = post(root, "sheet-ask", matrix.pk, **wish)
    assert answer.json()["error"]["message"].startswith("erwartet ")


def test_machines_are_told_english(root, mine):
    said = {"site": "mine", "slug": "new", "name": "New", "condition": {"all": 3}}
    answer = root.post("/api/v1/segments/", said, content_type="application/json")
    assert answer.status_code == 422
    assert "expected a list" in answer.content.decode()


def test_the_code_s_own_words_are_read_in_german(root, matrix, mine):
    audit.record(mine.site.pk, "ann", "renewed secret", matrix, {})
    page = root.get(reverse("desk:history", args=["matrix", matrix.pk])).content.decode()
    assert "Geheimnis erneuert" in page
    assert "renewed secret" not in page
    page = root.get(reverse("admin:sites_auditentry_changelist")).content.decode()
    assert "Geheimnis erneuert" in page
    with translation.override("de"):
        assert codewords.worded("segment_retired") == "Segment außer Kraft"
        assert codewords.worded("somebody's own") == "somebody's own"


def test_a_stored_fault_and_the_names_of_what_a_page_adds_are_german(root, mine):
    binding = Binding.objects.filter(source__site=mine.site).first()
    Binding.objects.filter(pk=binding.pk).update(fault="/url: expected text in fields.url")
    url = reverse("admin:content_binding_change", args=[binding.pk])
    page = root.get(url).content.decode()
    assert "/url: erwartet wird Text in fields.url" in page
    assert "Settled" not in page


def test_every_action_the_audit_is_told_of_has_a_word():
    told = {action for path in ROOT.rglob("*.py") for action in actions(path)}
    assert told - codewords.WORDS == set()
    assert set(kinds.KINDS) <= codewords.WORDS
    assert len(told) > 15


def actions(path: Path) -> Iterator[str]:
    """Yield what a module writes into the audit as done, where it says it in so many letters."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            place = {"audit.record": 2, "self.remember": 1}.get(ast.unparse(node.func))
            if ast.unparse(node.func) == "self.remember" and "api" in path.parts:
                place = 0
            said = node.args[place] if place is not None and len(node.args) > place else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value
