"""Every page of the admin opens, for those who may, on their own sites, and counts nothing large."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personalization.sites.models import Role
from personalization.sites.scoped import OperatorAdmin, ScopedAdmin
from tests import estate

PAGES = sorted(
    (model._meta.app_label, model._meta.model_name)
    for model, page in admin.site._registry.items()
    if isinstance(page, ScopedAdmin)
)
DESK = ("runs", "lag")

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> estate.Estate:
    return estate.found("mine")


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


def of(label: str, name: str) -> ScopedAdmin:
    return next(
        p for m, p in admin.site._registry.items() if m._meta.label_lower == f"{label}.{name}"
    )


@pytest.mark.parametrize(("label", "name"), PAGES)
def test_every_list_opens_with_rows_and_counts_no_table(root: Client, label: str, name: str):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = root.get(reverse(f"admin:{label}_{name}_changelist"))
    assert answer.status_code == 200
    assert answer.context["cl"].result_count >= 1
    assert [q["sql"] for q in seen if "COUNT(" in q["sql"].upper()] == []


@pytest.mark.parametrize(("label", "name"), PAGES)
def test_every_row_opens(root: Client, label: str, name: str):
    row = of(label, name).model.objects.first()
    answer = root.get(reverse(f"admin:{label}_{name}_change", args=[row.pk]))
    assert answer.status_code == 200


@pytest.mark.parametrize(("label", "name"), PAGES)
def test_every_search_answers_nonsense_with_nothing_or_everything(
    root: Client, label: str, name: str
):
    assert root.get(reverse(f"admin:{label}_{name}_changelist"), {"q": "x'; --"}).status_code == 200


@pytest.mark.parametrize(("label", "name"), PAGES)
def test_a_form_to_add_opens_where_something_can_be_added(root: Client, label: str, name: str):
    answer = root.get(reverse(f"admin:{label}_{name}_add"))
    expected = 200 if "add_role" in vars(type(of(label, name))) or is_editable(label, name) else 403
    assert answer.status_code == expected


def is_editable(label: str, name: str) -> bool:
    page = of(label, name)
    return type(page).has_add_permission is ScopedAdmin.has_add_permission or name == "site"


@pytest.mark.parametrize(("label", "name"), PAGES)
def test_a_viewer_of_one_site_never_sees_a_row_of_another(
    mine: estate.Estate, label: str, name: str
):
    other = estate.found("other")
    page, client = of(label, name), limited(mine, "viewer")
    rows = page.model.objects.all()
    listed = client.get(reverse(f"admin:{label}_{name}_changelist"))
    if isinstance(page, OperatorAdmin) or page.view_role == "owner":
        assert listed.status_code == 403
        return
    assert listed.status_code == 200
    assert all(page.site_of(row) == mine.site.pk for row in listed.context["cl"].result_list)
    strange = next(row for row in rows if page.site_of(row) == other.site.pk)
    answer = client.get(reverse(f"admin:{label}_{name}_change", args=[strange.pk]))
    assert answer.status_code in {302, 404}


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
