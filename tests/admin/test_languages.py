"""The desk speaks what its reader chose, else what the browser asks; machines are told English."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import estate

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Client:
    estate.found("mine")
    client = Client()
    client.force_login(estate.person("root", is_superuser=True))
    return client


def test_a_browser_that_asks_for_german_gets_german(root: Client):
    page = root.get(reverse("admin:index"), headers={"accept-language": "de-AT,de;q=0.9"})
    text = page.content.decode()
    assert page.headers["Content-Language"] == "de"
    assert '<html lang="de"' in text
    for word in ("Publikum", "Auslöser", "Suchen oder springen", "Matrizen"):
        assert word in text


def test_a_language_nobody_has_is_answered_in_english(root: Client):
    page = root.get(reverse("admin:index"), headers={"accept-language": "tlh"})
    assert '<html lang="en"' in page.content.decode()


def test_the_choice_in_the_header_outlives_the_browser_s_wish(root: Client):
    said = {"language": "de", "next": "/admin/segments/segment/"}
    answer = root.post(reverse("desk:language"), said)
    assert answer.status_code == 302
    assert answer.headers["Location"] == said["next"]
    page = root.get(said["next"], headers={"accept-language": "en"}).content.decode()
    assert 'lang="de" title="Deutsch" data-palette="Deutsch" aria-current="true"' in page
    assert "Kurzname" in page


def test_the_choice_leads_to_no_other_site(root: Client):
    said = {"language": "de", "next": "https://elsewhere.example/"}
    assert root.post(reverse("desk:language"), said).headers["Location"] == "/"


def test_who_has_not_signed_in_can_choose_too():
    page = Client().get("/admin/login/", headers={"accept-language": "de"}).content.decode()
    assert "Deutsch" in page
    assert "Anmelden" in page


def test_machines_are_told_english_whatever_they_ask_for(root: Client):
    root.post(reverse("desk:language"), {"language": "de"})
    refused = {"site": "mine", "slug": "x y", "name": "", "condition": 1}
    told = [
        root.post(
            "/api/v1/segments/", refused, "application/json", headers={"accept-language": one}
        )
        for one in ("de", "en")
    ]
    assert told[0].content == told[1].content
    assert "Content-Language" not in told[0].headers


def test_names_are_translated_when_they_are_read_not_when_they_are_declared():
    page = next(p for m, p in admin.site._registry.items() if m.__name__ == "Trigger")
    with translation.override("de"):
        assert str(page.opts.verbose_name_plural) == "Auslöser"
        assert str(page.form.declared_fields["way"].label) == "bei"
        assert [str(name) for name, _ in page.fieldsets if name] == ["Bei", "Wenn", "Dann"]
    assert str(page.opts.verbose_name_plural) == "triggers"


def test_the_compiled_catalogues_are_what_the_readable_ones_say():
    pytest.importorskip("babel")
    command = [sys.executable, "docs/translate.py", "--compiled"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
