"""Whom an inquiry is about: the profile that decide would read for a name, or a stored decision."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from personalization.decisions.models import LoggedDecision
from personalization.profiles.models import Identity, Profile
from personalization.sites.models import Site
from personalization.sites.naming import identity_id
from rules import expect
from rules.errors import InvalidError

IDS = {"userId": "user", "anonymousId": "anonymous"}
LONGEST = 256


class Whom(NamedTuple):
    """A profile, and the name by which chance decides about it."""

    profile: UUID
    unit: str


def visitor(site: Site, raw: object) -> Whom:
    """Return whose profile decide would read; ``InvalidError`` where nobody is meant."""
    said = expect.record(raw, "/visitor", (), (*IDS, "profile"))
    if len(said) != 1:
        raise InvalidError("/visitor", "value", "expected userId, anonymousId or profile")
    [(name, value)] = said.items()
    at = f"/visitor/{name}"
    text = expect.text(value, at, LONGEST)
    return _profile(site, text, at) if name == "profile" else _identity(site, name, text, at)


def called(site_id: int, name: str) -> Identity | None:
    """Return whoever a name means: an anonymous or user id, an identity's id, or a profile's."""
    ids = [identity_id(site_id, kind, name) for kind in ("anonymous", "user")]
    found = Identity.objects.filter(pk__in=ids).order_by("kind").first()
    return found or _by_id(site_id, name)


def _by_id(site_id: int, name: str) -> Identity | None:
    try:
        wanted = UUID(hex=name)
    except ValueError:
        return None
    rows = Identity.objects.filter(Q(pk=wanted) | Q(person=wanted), site_id=site_id)
    return rows.order_by("kind", "pk").first()


def decision(site: Site, raw: object) -> LoggedDecision:
    """Return a stored decision of the site."""
    number = expect.whole(raw, "/decision", 1, 2**63 - 1)
    found = LoggedDecision.objects.filter(pk=number, site_id=site.pk).first()
    if found is None:
        raise InvalidError("/decision", "unknown", "expected the id of a stored decision")
    return found


def _identity(site: Site, name: str, text: str, at: str) -> Whom:
    row = Identity.objects.filter(pk=identity_id(site.pk, IDS[name], text)).first()
    if row is None:
        raise InvalidError(at, "unknown", "expected somebody this site has heard of")
    known = name == "userId" or site.trusts_claims
    return Whom(row.person if known else row.view, text)


def _profile(site: Site, text: str, at: str) -> Whom:
    try:
        wanted = UUID(text)
    except ValueError:
        raise InvalidError(at, "value", "expected the id of a profile") from None
    found = Profile.objects.filter(site_id=site.pk, pk=wanted).first()
    if found is None:
        raise InvalidError(at, "unknown", "expected a profile of this site")
    return Whom(found.merged_into or found.pk, unit(found.pk))


def unit(profile: UUID) -> str:
    """Return by which name chance decides about a profile: the one its id was made of."""
    row = Identity.objects.filter(pk=profile).first()
    return row.value if row else str(profile)
