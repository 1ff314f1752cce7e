"""Every page of the admin opens for those who may, on their own sites, and counts nothing."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personalization.sites.models import Role
from personalization.sites.scoped import OperatorAdmin, ReadOnlyAdmin, ScopedAdmin
from tests import estate

PAGES = [page for page in admin.site._registry.values() if isinstance(page, ScopedAdmin)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(mine: estate.Estate) -> Client:
    client = Client()
    client.force_login(estate.person("root", is_superuser=True))
    return client


def limited(mine: estate.Estate, role: str) -> Client:
    user = estate.person(f"limited-{role}")
    Role.objects.create(site=mine.site, user=user, name=role)
    client = Client()
    client.force_login(user)
    return client


def url(page: ScopedAdmin, verb: str, *args: object) -> str:
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}_{verb}"
    return reverse(name, args=args)


def test_every_list_opens_with_rows_and_counts_no_table(root: Client):
    for page in PAGES:
        with CaptureQueriesContext(connection) as seen:
            answer = root.get(url(page, "changelist"))
        assert answer.status_code == 200, page
        assert answer.context["cl"].result_count >= 1, page
        assert [q["sql"] for q in seen if "COUNT(" in q["sql"].upper()] == [], page


def test_every_row_opens(root: Client):
    for page in PAGES:
        row = page.model.objects.first()
        assert root.get(url(page, "change", row.pk)).status_code == 200, page


def test_every_search_survives_nonsense(root: Client):
    for page in PAGES:
        answer = root.get(url(page, "changelist"), {"q": "x'; --"})
        assert answer.status_code == 200, page


def test_a_form_to_add_opens_only_where_people_write(root: Client):
    for page in PAGES:
        expected = 403 if isinstance(page, ReadOnlyAdmin) else 200
        assert root.get(url(page, "add")).status_code == expected, page


def test_a_viewer_of_one_site_never_sees_a_row_of_another(mine: estate.Estate):
    other, client = estate.found("other"), limited(mine, "viewer")
    for page in PAGES:
        listed = client.get(url(page, "changelist"))
        if isinstance(page, OperatorAdmin) or page.view_role == "owner":
            assert listed.status_code == 403, page
            continue
        assert listed.status_code == 200, page
        seen = {page.site_of(row) for row in listed.context["cl"].result_list}
        assert seen <= {mine.site.pk}, page
        strange = next(r for r in page.model.objects.all() if page.site_of(r) == other.site.pk)
        assert client.get(url(page, "change", strange.pk)).status_code in {302, 404}, page


@pytest.mark.parametrize("role", estate.ROLES)
def test_a_role_may_change_a_segment_from_editor_up(mine: estate.Estate, role: str):
    client = limited(mine, role)
    page = client.get(reverse("admin:segments_segment_change", args=[mine.segment.pk]))
    assert page.status_code == 200
    assert (b'name="_save"' in page.content) == (role != "viewer")
    assert (b"/admin/desk/publish/" in page.content) == (role in {"publisher", "owner"})


def test_nobody_comes_in_without_signing_in(mine: estate.Estate):
    for url in (
        reverse("admin:index"),
        reverse("desk:runs"),
        reverse("desk:visitor", args=[mine.profile.pk]),
    ):
        assert Client().get(url).status_code == 302


def test_the_profile_page_shows_what_it_is_in_and_why(root: Client, mine: estate.Estate):
    page = root.get(reverse("desk:visitor", args=[mine.profile.pk])).content.decode()
    assert "vip" in page
    assert "traits.plan = pro" in page
    assert "Order Completed" in page


def test_the_profile_of_another_site_is_not_found(mine: estate.Estate):
    other = estate.found("other")
    client = limited(mine, "owner")
    assert client.get(reverse("desk:visitor", args=[mine.profile.pk])).status_code == 200
    assert client.get(reverse("desk:visitor", args=[other.profile.pk])).status_code == 404


def test_an_identity_is_found_by_the_name_people_know(root: Client, mine: estate.Estate):
    page = root.get(reverse("admin:profiles_profile_changelist"), {"q": "ann"})
    assert [row.pk for row in page.context["cl"].result_list] == [mine.profile.pk]


def test_lag_is_for_operators(root: Client, mine: estate.Estate):
    assert root.get(reverse("desk:lag")).status_code == 200
    assert limited(mine, "owner").get(reverse("desk:lag")).status_code == 403


def test_every_page_forbids_scripts_of_others(root: Client):
    policy = root.get(reverse("admin:index")).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
