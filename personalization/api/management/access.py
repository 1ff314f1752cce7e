"""Who calls the management API: a management key or a session of staff, and what each may do."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.views import View
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from personalization.sites import roles
from personalization.sites.models import Key


class Holder(AnonymousUser):
    """The holder of a management key, as Django REST framework's user."""

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        """A key that was found is an authentication."""
        return True


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer mk_...``; without one, a session of staff with its CSRF token."""

    kinds: tuple[str, ...] = ("mk",)

    def authenticate(self, request: Request) -> tuple[Any, roles.Caller] | None:
        """Return the user and the caller, or None for nobody."""
        words = get_authorization_header(request).split()
        if not words:
            return self._session(request)
        if len(words) != 2 or words[0].lower() != b"bearer":  # noqa: PLR2004 -- scheme and secret
            raise AuthenticationFailed("expected Authorization: Bearer mk_...")
        return self.of_secret(words[1])

    def of_secret(self, secret: bytes) -> tuple[Any, roles.Caller]:
        """Return the user and the caller a key stands for."""
        digest = hashlib.sha256(secret).hexdigest()
        key = Key.objects.filter(digest=digest, kind__in=self.kinds, revoked_at=None).first()
        if key is None:
            raise AuthenticationFailed(f"no such key; expected {' or '.join(self.kinds)}_...")
        return Holder(), roles.of_key(key)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="management"'

    def _session(self, request: Request) -> tuple[Any, roles.Caller] | None:
        signed_in = SessionAuthentication().authenticate(request)
        if signed_in is None or not signed_in[0].is_staff:
            return None
        return signed_in[0], roles.of_user(signed_in[0])


class RoleAllows(BasePermission):
    """Allows what the view declares: ``needs`` maps an action to a role; nothing is assumed."""

    def has_permission(self, request: Request, view: View) -> bool:
        """Return whether the caller holds the role on some site at all."""
        needed = needed_role(view, request.method or "")
        return needed is not None and caller(request).may_somewhere(needed)

    def has_object_permission(self, request: Request, view: View, obj: Model) -> bool:
        """Return whether the caller holds the role on the site of this row."""
        needed = needed_role(view, request.method or "")
        site_of = getattr(view, "site_of", None)
        return (
            needed is not None and site_of is not None and caller(request).may(needed, site_of(obj))
        )


def caller(request: Request) -> roles.Caller:
    """Return who asks."""
    return request.auth if isinstance(request.auth, roles.Caller) else roles.NOBODY


def body(request: Request) -> dict[str, Any]:
    """Return the call's JSON object; the parser lets nothing else through."""
    return request.data if isinstance(request.data, dict) else {}


def needed_role(view: View, method: str) -> str | None:
    """Return the role this call needs, or None where the view declares none (then nobody may)."""
    needs: dict[str, str] = getattr(view, "needs", {})
    return needs.get(getattr(view, "action", None) or method.lower())
