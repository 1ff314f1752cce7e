"""Who may do what on which site: four roles in a row, and the caller who holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet

from personalization.sites.models import Key, Role, Site

RANK: Mapping[str, int] = {name: rank for rank, name in enumerate(Role.Name.values)}
"""The roles in rising order: viewer, editor, publisher, owner."""

Row = TypeVar("Row", bound=Model)


def allows(held: str | None, needed: str) -> bool:
    """Return whether the role held is the role needed, or more."""
    return held is not None and RANK.get(held, -1) >= RANK[needed]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and as what: ``roles`` maps a site to a role; None is every site's owner."""

    actor: str
    roles: Mapping[int, str] | None

    def may(self, needed: str, site_id: int | None) -> bool:
        """Return whether the caller may do on this site what the role needed may."""
        if self.roles is None:
            return True
        return site_id is not None and allows(self.roles.get(site_id), needed)

    def may_somewhere(self, needed: str) -> bool:
        """Return whether there is a site on which the caller may."""
        return self.roles is None or any(allows(role, needed) for role in self.roles.values())

    def sites(self, needed: str = "viewer") -> list[int] | None:
        """Return the sites on which the caller may; None is every site."""
        if self.roles is None:
            return None
        return sorted(site for site, role in self.roles.items() if allows(role, needed))

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
    rows = Role.objects.filter(user_id=user.pk).values_list("site_id", "name")
    return Caller(user.get_username(), dict(rows))


def of_key(key: Key) -> Caller:
    """Return what the holder of a management key may do: its role on its one site."""
    return Caller(f"key:{key.prefix}", {key.site_id: key.role})
