"""No address of the desk, the admin or the management API breaks on what strangers may send it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from personalization.segments import drafts as segments
from personalization.segments.models import Segment
from personalization.sites import keys
from personalization.sites.models import Role
from tests import estate

pytestmark = pytest.mark.django_db

LONG = "x" * 10_000
TEXTS = ["\0", "\U0001f600\u202e\u0627\u0644", LONG, "99999999999999999999999", "-1", "[]", "1e999"]
NAMES = (
    *(
        "q",
        "p",
        "o",
        "e",
        "page",
        "slot",
        "visitor",
        "site",
        "at",
        "revision",
        "decision",
        "locale",
    ),
    *("from", "to", "until", "days", "cursor", "limit", "endpoint", "profile", "state", "kind"),
    *("which", "traits", "events", "segments", "link", "ask", "category", "_to_field", "_popup"),
    *("_changelist_filters", "next", "format", "site__id__exact", "purpose__exact", "note"),
)
FILLS = {
    "int": ["1", "0", "999999999", "99999999999999999999"],
    "slug": ["matrix", "variant", "nonsense"],
    "uuid": ["00000000-0000-0000-0000-000000000000"],
    "path": ["1", "_00", "x" * 300, "99999999999999999999"],
    "str": ["1", "99999999999999999999"],
}
ROOTS = ("admin/", "api/", "v1/", "shop/")


def patterns(found: list[Any], before: str = "") -> Iterator[str]:
    for one in found:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route


def addresses() -> list[str]:
    """Return every address, with each kind of argument filled in with what could be and cannot."""
    found = set()
    for route in patterns(get_resolver().url_patterns):
        if route.startswith(ROOTS) and "logout" not in route:
            found.update(filled(route))
    return sorted(found)


def filled(route: str) -> Iterator[str]:
    plain = re.sub(r"\(\?P<\w+>([^()]|\([^()]*\))*\)", "<str:x>", route)
    plain = re.sub(r"[\^$]|\\Z|\\/\?|\?\(\?P.*", "", plain).replace("\\.", ".")
    kinds = re.findall(r"<(?:(\w+):)?\w+>", plain)
    for turn in range(4 if kinds else 1):
        path = plain
        for kind in kinds:
            values = FILLS[kind or "str"]
            path = re.sub(r"<[^>]+>", values[turn % len(values)], path, count=1)
        yield "/" + path


@pytest.fixture
def root() -> Client:
    estate.found("mine")
    client = Client(raise_request_exception=False)
    client.force_login(estate.person("root", is_superuser=True))
    return client


def broken(client: Client, paths: list[str], texts: list[str], **headers: str) -> list[Any]:
    """Return what answered with a failure of ours; each text is given under all names at once.

    No process here has read the sites yet, so that the fast paths say they are starting.
    """
    found = []
    for number, path in enumerate(paths):
        for text in texts if len(texts) < 3 else [texts[number % len(texts)]]:
            answer = client.get(path, dict.fromkeys(NAMES, text), headers=headers)
            if answer.status_code >= 500 and b'"starting"' not in answer.content:
                found.append((path, text[:20], answer.status_code))
    return found


def test_no_address_breaks_on_odd_parameters(root: Client):
    paths = [path for path in addresses() if path.startswith("/admin/")]
    assert len(paths) > 200
    assert broken(root, paths, TEXTS) == []


def test_no_address_of_the_management_api_breaks_on_odd_parameters(root: Client):
    _, secret = keys.mint(Role.objects.get().site, "mk", "ci", "owner")
    paths = [path for path in addresses() if path.startswith("/api/")]
    assert len(paths) > 100
    client = Client(raise_request_exception=False)
    assert broken(client, paths, TEXTS, Authorization=f"Bearer {secret}") == []


@pytest.mark.nightly
@pytest.mark.parametrize("text", TEXTS)
def test_no_address_breaks_on_any_odd_parameter(root: Client, text: str):
    assert broken(root, addresses(), [text]) == []


BODIES = (b"", b"{", b"[]", b"null", b'{"a": 1e999}', b"[" * 100_000, b"\xff\xfe", b"\0" * 50)


def test_no_button_breaks_on_odd_bodies_and_none_is_pressed(root: Client):
    paths = [path for path in addresses() if path.startswith("/admin/desk/")]
    before = Segment.objects.count()
    found = []
    for number, path in enumerate(paths):
        body = BODIES[number % len(BODIES)]
        for kind in (
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ):
            answer = root.post(path, body, content_type=kind, headers={"If-Match": '"9" \u00e9'})
            if answer.status_code >= 500:
                found.append((path, body[:10], kind, answer.status_code))
    assert found == []
    assert Segment.objects.count() == before


def test_no_button_is_pressed_without_its_token():
    mine = estate.found("mine")
    client = Client(enforce_csrf_checks=True)
    client.force_login(mine.role.user)
    for path in addresses():
        if path.startswith("/admin/desk/"):
            assert client.post(path).status_code in {403, 404, 405}, path


def owner_of(mine: estate.Estate) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(mine.role.user)
    return client


ODD = ["x" * 10_000, "\U0001f9ed \u202eRTL \u05e9", "a\0b", "<script>alert(1)</script>", "{{ 7 }}"]


@pytest.mark.parametrize("text", ODD)
def test_odd_words_are_kept_or_refused_and_never_run(text: str):
    mine = estate.found("mine")
    client = owner_of(mine)
    draft = mine.matrix.revisions.first()
    for name, args in (("comment", ["matrix", draft.pk]), ("request-changes", ["matrix", draft.pk]),
                       ("submit", ["matrix", draft.pk])):  # fmt: skip
        path = f"/admin/desk/{name}/{args[0]}/{args[1]}/"
        assert client.post(path, {"note": text, "row": text}).status_code == 302
    add = reverse("admin:segments_segment_add")
    said = {"site": mine.site.pk, "slug": "odd", "name": text, "condition": '{"everyone": true}'}
    assert client.post(add, said).status_code in {200, 302}
    for page in (reverse("desk:revision", args=["matrix", draft.pk]), reverse("desk:changes"),
                 reverse("desk:history", args=["matrix", mine.matrix.pk]),
                 reverse("admin:segments_segment_changelist")):  # fmt: skip
        answer = client.get(page)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_a_button_of_a_page_that_is_old_says_what_is_so_now():
    mine = estate.found("mine")
    client = owner_of(mine)
    draft = mine.matrix.revisions.first()
    path = reverse("desk:publish", args=["matrix", draft.pk])
    first, second = client.post(path, follow=True), client.post(path, follow=True)
    assert first.status_code == second.status_code == 200
    mine.matrix.refresh_from_db()
    assert mine.matrix.live.number == draft.number
    old = reverse("desk:submit", args=["matrix", draft.pk])
    assert "Not done" in client.post(old, follow=True).content.decode()


def test_what_was_deleted_meanwhile_is_not_found_and_breaks_no_list():
    mine = estate.found("mine")
    client = owner_of(mine)
    gone = Segment.objects.create(site=mine.site, slug="gone", name="Gone")
    draft = segments.draft(gone, estate.PRO, {}, "ann")
    client.post(reverse("desk:submit", args=["segment", draft.pk]))
    assert client.post(reverse("desk:segment-delete", args=[gone.pk])).status_code == 302
    for name, args in (("segment", [gone.pk]), ("history", ["segment", gone.pk]),
                       ("revision", ["segment", draft.pk])):  # fmt: skip
        assert client.get(reverse(f"desk:{name}", args=args)).status_code == 404
    for name in ("approve", "publish", "schedule", "comment"):
        path = reverse(f"desk:{name}", args=["segment", draft.pk])
        assert client.post(path).status_code == 404
    for name in ("desk:changes", "admin:sites_publication_changelist", "admin:index"):
        answer = client.get(reverse(name))
        assert answer.status_code == 200
    assert "Gone" not in client.get(reverse("desk:changes")).content.decode()


def test_who_loses_a_role_meanwhile_presses_no_button_any_more():
    mine = estate.found("mine")
    client, draft = owner_of(mine), mine.matrix.revisions.first()
    Role.objects.filter(pk=mine.role.pk).update(name="viewer")
    for verb in ("publish", "submit", "approve", "comment"):
        path = reverse(f"desk:{verb}", args=["matrix", draft.pk])
        assert client.post(path, {"note": "x"}).status_code == 403
    save = reverse("desk:sheet-save", args=[mine.matrix.pk])
    assert client.post(save, "{}", content_type="application/json").status_code == 403
    Role.objects.filter(pk=mine.role.pk).delete()
    assert client.get(reverse("desk:sheet", args=[mine.matrix.pk])).status_code in {403, 404}
