"""Who may do what on which site: roles as sets of permissions, and the caller who holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet

from personalization.sites.models import Key, Role, Site

GRANTS: Mapping[str, frozenset[str]] = {
    "viewer": frozenset({"viewer"}),
    "analyst": frozenset({"viewer", "analyst"}),
    "editor": frozenset({"viewer", "analyst", "editor"}),
    "reviewer": frozenset({"viewer", "analyst", "reviewer"}),
    "publisher": frozenset({"viewer", "analyst", "editor", "publisher", "operator", "privacy"}),
    "operator": frozenset({"viewer", "operator"}),
    "privacy": frozenset({"viewer", "privacy"}),
    "override": frozenset({"viewer", "override"}),
    "owner": frozenset(Role.Name.values),
}
"""What each role may: look, count and comment, write drafts, approve, put in force, run the
machinery, work on persons' data, publish in a freeze, own the site."""

Row = TypeVar("Row", bound=Model)


def permissions(roles: Iterable[str]) -> frozenset[str]:
    """Return what somebody may who holds these roles on a site."""
    return frozenset().union(*(GRANTS.get(role, frozenset()) for role in roles))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: ``roles`` maps a site to the permissions held there; None is every site's owner."""

    actor: str
    roles: Mapping[int, frozenset[str]] | None

    def may(self, needed: str, site_id: int | None) -> bool:
        """Return whether the caller holds the permission on this site."""
        if self.roles is None:
            return True
        return site_id is not None and needed in self.roles.get(site_id, ())

    def may_somewhere(self, needed: str) -> bool:
        """Return whether there is a site on which the caller may."""
        return self.roles is None or any(needed in held for held in self.roles.values())

    def sites(self, needed: str = "viewer") -> list[int] | None:
        """Return the sites on which the caller may; None is every site."""
        if self.roles is None:
            return None
        return sorted(site for site, held in self.roles.items() if needed in held)

    def scope(self, rows: QuerySet[Row], site: str, needed: str = "viewer") -> QuerySet[Row]:
        """Return the rows of the caller's sites; ``site`` is the path to the site's id."""
        sites = self.sites(needed)
        return rows if sites is None else rows.filter(**{f"{site}__in": sites})

    def visible_sites(self, needed: str = "viewer") -> QuerySet[Site]:
        """Return the sites on which the caller may."""
        return self.scope(Site.objects.all(), "id", needed).order_by("slug")


NOBODY = Caller("nobody", {})
"""The caller who may nothing."""


def of_user(user: AbstractBaseUser | AnonymousUser) -> Caller:
    """Return what a signed-in member of staff may do; a superuser may everything."""
    if not (user.is_authenticated and user.is_active and getattr(user, "is_staff", False)):
        return NOBODY
    if getattr(user, "is_superuser", False):
        return Caller(user.get_username(), None)
    held: dict[int, set[str]] = {}
    for site_id, name in Role.objects.filter(user_id=user.pk).values_list("site_id", "name"):
        held.setdefault(site_id, set()).add(name)
    roles = {site_id: permissions(names) for site_id, names in held.items()}
    return Caller(user.get_username(), roles)


def of_key(key: Key) -> Caller:
    """Return what the holder of a management key may do: its role on its one site."""
    return Caller(f"key:{key.prefix}", {key.site_id: permissions([key.role])})
