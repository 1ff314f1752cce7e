"""The door of every page beside the admin's own: staff, the role it needs, its frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from personalization.sites import roles
from personalization.sites.scoped import caller

View = Callable[..., HttpResponse]


def desk(needs: str) -> Callable[[View], View]:
    """Make a view a page of the desk, which declares its role; ``installation``: superusers."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            if not _may(caller(request), needs):
                raise PermissionDenied
            return view(request, *args, **named)

        page = admin.site.admin_view(guarded)
        vars(page)["needs"] = needs
        return page

    return decorate


def demand(request: HttpRequest, needs: str, site_id: int) -> None:
    """Refuse who may not on this site; who may not even look does not learn that it exists."""
    who = caller(request)
    if not who.may("viewer", site_id):
        raise Http404
    if not who.may(needs, site_id):
        raise PermissionDenied


def render(request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
    """Return a page in the admin's frame."""
    frame = admin.site.each_context(request)
    return TemplateResponse(request, template, {**frame, "title": title, **context})


def _may(who: roles.Caller, needs: str) -> bool:
    return who.roles is None if needs == "installation" else who.may_somewhere(needs)
