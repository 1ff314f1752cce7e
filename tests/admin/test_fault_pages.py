"""What people are shown where something is wrong: in their language, with a way on."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

pytestmark = pytest.mark.django_db
FAULTS = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html")


def test_a_page_that_is_not_there_says_so_in_the_language_of_the_browser(admin_client):
    answer = admin_client.get("/admin/desk/somewhere/", headers={"accept-language": "de"})
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.text
    assert '<html lang="de">' in answer.text


def test_an_address_for_machines_that_is_not_there_answers_with_the_shape_of_every_failure():
    answer = Client().get("/v1/somewhere", headers={"accept-language": "de"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_without_a_request_or_a_script(name):
    with translation.override("en"):
        page = render_to_string(name)
    assert "<h1>" in page
    assert 'href="/"' in page
    assert "<script" not in page
    assert "style=" not in page
