"""Every route of the management API and the desk, against every role, here and elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from personalization.decisions.shadows import Shadow
from personalization.profiles.models import Link
from personalization.segments.shadows import SegmentShadow
from personalization.sites import keys
from personalization.sites.alarms import Alarm
from personalization.sites.models import AuditEntry
from personalization.sites.reviews import Freeze, Remark, Review, ReviewTerms
from tests import estate

pytestmark = pytest.mark.django_db
PUBLIC = {"schema", "docs"}
"""The OpenAPI document and its reader say nothing about anybody."""


class Route(NamedTuple):
    """One method of one address."""

    path: str
    method: str
    name: str
    needed: str
    group: str
    detail: bool


def routes() -> Iterator[Route]:
    """Every route below /api/, as the resolver has them; one without declared access fails."""
    for path, pattern in _patterns(get_resolver().url_patterns, ""):
        if not path.startswith("api/") or pattern.name in PUBLIC:
            continue
        view = pattern.callback
        actions: dict[str, str] = getattr(view, "actions", None) or _methods(view)
        needs: dict[str, str] = view.cls.needs
        for method, action in actions.items():
            if method not in {"head", "options"}:
                assert action in needs, f"{method} {path} declares no role"
                group = path.removeprefix("api/v1/").partition("/")[0]
                yield Route(path, method, action, needs[action], group, "<pk>" in path)


def _patterns(patterns: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        here = prefix + _plain(str(one.pattern))
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, here)
        else:
            yield here, one


def _plain(pattern: str) -> str:
    plain = pattern.removeprefix("^").removesuffix(r"\Z").removesuffix("$")
    for name in ("pk", "number"):
        while f"(?P<{name}>" in plain:
            start = plain.index(f"(?P<{name}>")
            end = plain.index(")", start)
            plain = plain[:start] + f"<{name}>" + plain[end + 1 :]
    return plain


def _methods(view: Any) -> dict[str, str]:
    return {m: m for m in view.cls.http_method_names if hasattr(view.cls, m) and m != "options"}


ROUTES = list(routes())


def rows(mine: estate.Estate) -> dict[str, Any]:
    """The row each group's detail routes are asked about."""
    return {
        "sites": mine.site, "keys": mine.key, "attributes": mine.attribute,
        "features": mine.feature, "lists": mine.roll,
        "segment-sets": mine.segment_set,
        "triggers": mine.trigger, "firings": mine.firing,
        "segments": mine.segment, "stage-rules": mine.stages,
        "slots": mine.slot, "variants": mine.variant,
        "matrices": mine.matrix, "profiles": mine.profile, "moves": mine.move,
        "quarantine": mine.quarantined, "runs": mine.run,
        "endpoints": mine.endpoint, "deliveries": mine.delivery,
        "publications": mine.site.publication_set.first(),
        "shadows": _shadow(mine), "alarms": _alarm(mine),
        "segment-shadows": _understudy(mine),
        "reviews": _review(mine),
        "approval-rules": ReviewTerms.objects.get(site=mine.site),
        "freezes": Freeze.objects.get(site=mine.site),
        "sources": mine.source, "entries": mine.entry, "bindings": mine.binding,
        "links": Link.objects.get(site_id=mine.site.pk),
        "audit": AuditEntry.objects.filter(site=mine.site).first(),
    }  # fmt: skip


def _understudy(mine: estate.Estate) -> SegmentShadow:
    times = dict.fromkeys(("started_at", "ends_at", "stopped_at", "looked_at"), estate.AT)
    told = {"revision": mine.segment.live, "share": 1.0, "most": 1, "asked_by": "ann", **times}
    return SegmentShadow.objects.get_or_create(site=mine.site, defaults=told)[0]


def _alarm(mine: estate.Estate) -> Alarm:
    told = {"kind": "quarantine", "grade": "warning", "since": estate.AT, "seen_at": estate.AT}
    told["raised_at"] = estate.AT
    return Alarm.objects.get_or_create(site=mine.site, defaults=told)[0]


def _review(mine: estate.Estate) -> Review:
    """A review on which the comment with the id 1 stands: the first one asked for has it."""
    review = Review.objects.filter(site=mine.site).first()
    said = {"review": review, "text": "why?", "actor": "ann", "at": estate.AT}
    Remark.objects.get_or_create(pk=1, defaults=said)
    return review


def _shadow(mine: estate.Estate) -> Shadow:
    times = dict.fromkeys(("started_at", "ends_at", "stopped_at"), estate.AT)
    told = {"revision": mine.matrix.live, "share": 1.0, "most": 1, "asked_by": "ann", **times}
    return Shadow.objects.get_or_create(site=mine.site, defaults=told)[0]


def called(client: Any, route: Route, mine: estate.Estate) -> int:
    """Call a route with an empty body, about the estate's own row, and return the status."""
    row = rows(mine).get(route.group)
    path = route.path.replace("<pk>", str(row.pk) if row else "1").replace("<number>", "1")
    path = re.sub(r"\(\?P<\w+>(\w+)[^)]*\)", r"\1", path)
    if route.method == "get":
        return client.get(f"/{path}", {"userId": "ann"}).status_code
    send = getattr(client, route.method)
    headers = {"If-Match": '"another version"'}
    return send(f"/{path}", "{}", content_type="application/json", headers=headers).status_code


def test_there_are_routes_of_every_kind():
    assert len(ROUTES) > 50
    assert {route.needed for route in ROUTES} <= {*estate.ALL_ROLES, "key"}


def test_every_role_may_what_is_declared_and_nothing_more_and_nothing_elsewhere():
    mine, other = estate.found("mine"), estate.found("other")
    for role in estate.ALL_ROLES:
        _, secret = keys.mint(mine.site, "mk", role, role)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        for route in ROUTES:
            if route.needed == "key":
                continue
            status = called(client, route, mine)
            may = route.needed in estate.MAY[role].split()
            superusers = route.group == "sites" and route.name == "create"
            if may and not superusers:
                assert status not in {401, 403, 404, 500}, (role, route, status)
            elif not may:
                assert status == 403, (role, route, status)
            if route.detail:
                expected = {404} if may else {403, 404}
                assert called(client, route, other) in expected, (role, route)


def test_no_other_key_and_nobody_at_all_comes_in():
    mine = estate.found("mine")
    strangers = [Client(), *(_bearer(keys.mint(mine.site, kind)[1]) for kind in ("pk", "sk"))]
    revoked, secret = keys.mint(mine.site, "mk", "old", "owner")
    revoked.revoked_at = revoked.created_at
    revoked.save()
    for client in (*strangers, _bearer(secret), _bearer("mk_wrong")):
        for route in ROUTES:
            if route.needed != "key":
                assert called(client, route, mine) == 401, route


def _bearer(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_every_page_of_the_desk_declares_its_role_and_keeps_strangers_out():
    patterns = [
        p
        for path, p in _patterns(get_resolver().url_patterns, "")
        if path.startswith("admin/desk/") and path != "admin/desk/language/"
    ]
    assert len(patterns) >= 8
    for pattern in patterns:
        assert pattern.callback.needs in {*estate.ALL_ROLES, "installation"}, pattern
