"""The one site a call is about: named, or the only one there is for who calls."""

from __future__ import annotations

from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from personalization.api.management.access import caller
from personalization.sites.models import Site


def site_of(request: Request, slug: object, role: str) -> Site:
    """Return the site meant, on which the caller has a role; one who has several says which."""
    rows = caller(request).visible_sites(role)
    found = list((rows.filter(slug=str(slug)) if slug else rows)[:2])
    if not found:
        raise PermissionDenied
    if len(found) > 1:
        raise ValidationError({"site": "expected the slug of one of your sites"})
    return found[0]
