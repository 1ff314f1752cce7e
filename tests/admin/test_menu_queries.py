"""Every page of the menu asks the same number of queries however much there is to show."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personalization.sites.models import Site
from tests import estate

pytestmark = pytest.mark.django_db


def queries(client: Client) -> dict[str, list[str]]:
    """Return what each page of the menu asks the database, the index and the palette with them."""
    items = client.get(reverse("desk:find")).json()["items"]
    asked = {}
    for url in ("/admin/", *dict.fromkeys(item["url"] for item in items)):
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(url)
        assert answer.status_code == 200, url
        asked[url] = [one["sql"][:160] for one in seen]
    return asked


def test_twice_the_data_asks_no_more_queries():
    for number in range(2):
        estate.found(f"site-{number}")
    client = Client()
    client.force_login(estate.person("root", is_superuser=True))
    queries(client)  # what is read once a process is read
    before = queries(client)
    for number in range(2, 4):
        estate.found(f"site-{number}")
    after = queries(client)
    grown = {url: (len(before[url]), asked) for url, asked in after.items()
             if len(asked) > len(before[url])}  # fmt: skip
    assert grown == {}
    assert len(before) > 50
    assert max(len(asked) for asked in before.values()) < 25
    assert Site.objects.count() == 4
