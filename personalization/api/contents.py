"""``/v1/content/``: content that is told to us, with a secret key: kept only when newer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from cms_adapters.messages import Item
from personalization.api import wire
from personalization.content import entries, told, tombstones
from personalization.content.entries import Read
from personalization.content.sources import Source
from personalization.plant import clock, json
from personalization.sites import keys
from rules import expect
from rules.errors import InvalidError

LIMITS = json.Limits(size=2_000_000, depth=32, keys=100_000)
MOST = 500
"""Entries of one batch."""
View = Callable[..., dict[str, Any]]


def plain(view: View) -> Callable[..., HttpResponse]:
    """Answer in the wire's own shape: what the view says, or why not."""

    @wraps(view)
    def answered(request: HttpRequest, source: str, **named: str) -> HttpResponse:
        try:
            return _json(200, view(request, _source(request, source), **named))
        except InvalidError as fault:
            refused = wire.Refused(422, fault.code, fault.message, fault.at)
        except DatabaseError:
            refused = wire.Refused(503, "unavailable", "nothing was stored", retry_after=5)
        except wire.Refused as fault:
            refused = fault
        answer = _json(refused.status, refused.document())
        for name, value in refused.headers():
            answer[name.decode()] = value.decode()
        return answer

    return csrf_exempt(answered)


@plain
def entry(request: HttpRequest, source: Source, external_id: str) -> dict[str, Any]:
    """Take one entry, or that it is no more."""
    said = {"locale": request.GET.get("locale", ""), "external_id": external_id}
    if request.method == "PUT":
        return _kept(source, {**_body(request), **said})
    if request.method != "DELETE":
        raise wire.Refused(405, "method", "expected PUT or DELETE")
    asked: dict[str, Any] = {
        name: request.GET[name] for name in ("kind", "version") if name in request.GET
    }
    if "version" in asked:
        asked["version"] = expect.typed(asked["version"])
    body = _body(request) if request.body else {}
    return _kept(source, {**body, **asked, **said, "status": "deleted"})


@plain
def batch(request: HttpRequest, source: Source) -> dict[str, Any]:
    """Take many; each is judged by itself."""
    if request.method != "POST":
        raise wire.Refused(405, "method", "expected POST")
    items = _body(request).get("items")
    if not isinstance(items, list) or len(items) > MOST:
        raise InvalidError("/items", "shape", f"expected a list of at most {MOST} entries")
    return {"results": [_result(source, one, f"/items/{n}") for n, one in enumerate(items)]}


def _result(source: Source, said: Any, at: str) -> dict[str, Any]:
    try:
        return _kept(source, said, at)
    except InvalidError as fault:
        return wire.Refused(422, fault.code, fault.message, fault.at).document()


@transaction.atomic
def _kept(source: Source, said: Any, at: str = "") -> dict[str, Any]:
    found = told.read(said, at)
    now = clock.system.now()
    read = Read(now, now, pushed=True)
    if isinstance(found, Item):
        kept = entries.keep(source.pk, [found], read)
        if kept.faults:
            raise InvalidError(at, "value", kept.faults[0])
    else:
        reference, version = found
        kept = tombstones.bury(source.pk, reference, read, version)
    return {"kept": bool(kept.changed)}


def _source(request: HttpRequest, slug: str) -> Source:
    given = {name.lower().encode(): value.encode() for name, value in request.headers.items()}
    secret = wire.credentials(given)
    access = keys.ring.find(secret) if secret else None
    if access is None:
        if not keys.ring.complete:
            raise wire.starting()
        raise wire.Refused(401, "key", "expected a live key")
    if access.kind != "sk":
        raise wire.Refused(403, "key", "expected a secret key")
    source = Source.objects.filter(site_id=access.site_id, slug=slug).first()
    if source is None:
        raise wire.Refused(404, "source", "no such source")
    if not source.enabled:
        raise wire.Refused(410, "disabled", "this source is switched off")
    return source


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.parse(request.body, LIMITS)
    except json.Malformed as fault:
        status = 413 if fault.code == "too_large" else 400
        raise wire.Refused(status, fault.code, fault.message, fault.at) from None
    if not isinstance(said, dict):
        raise wire.Refused(400, "malformed", "expected a JSON object")
    return said


def _json(status: int, document: Mapping[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(document), "application/json", status)


urlpatterns = [
    path("<str:source>:batch", batch, name="batch"),
    path("<str:source>/<path:external_id>", entry, name="entry"),
]
