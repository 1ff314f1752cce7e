"""The demo's site: its keys, its administrator, and definitions published as an editor would."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model

from personalization.content import drafts as variants
from personalization.content.models import Slot, Variant
from personalization.decisions import drafts as matrices
from personalization.decisions.models import Matrix
from personalization.features.models import Feature
from personalization.flows import declaring, keepsakes, lantern, publication, stagehand
from personalization.segments import drafts as segments
from personalization.segments.models import Segment
from personalization.sites import keys, signing
from personalization.sites.models import Key, Site

ACTOR = "demo"
KEYS = {"publishable_key": "pk", "secret_key": "sk", "management_key": "mk"}

Told = Mapping[str, Any]


def seed() -> dict[str, Any]:
    """Make what is missing of the demo's site; what is there, edited or not, stays as it is."""
    sealed = signing.seal(signing.new_secret())
    site, _ = Site.objects.get_or_create(
        slug=lantern.SLUG, defaults={"name": "Lantern", "signing_secret": sealed}
    )
    kept = keepsakes.read()
    for name, kind in KEYS.items():
        kept[name] = _key(site, kind, kept.get(name, ""))
    kept["admin"] = _administrator(kept.get("admin", {}))
    kept["site"] = site.slug
    keepsakes.write(keepsakes.file(), kept)
    told = lantern.definitions()
    _features(site, told["features"])
    for slug, segment in told["segments"].items():
        _segment(site, slug, segment)
    stagehand.furnish(site, told, ACTOR)
    for key, slot in told["slots"].items():
        _slot(site, key, slot)
    return kept


def _key(site: Site, kind: str, secret: str) -> str:
    """Return the key kept from the last run while it still opens the site, else a new one."""
    live = Key.objects.filter(site=site, revoked_at=None, digest=keys.digest(secret))
    return secret if secret and live.exists() else keys.mint(site, kind, "demo", "owner")[1]


def _administrator(kept: Told) -> dict[str, str]:
    """Return who may log in: the kept password where it still opens, else a new random one."""
    users = get_user_model()
    user, _ = users.objects.get_or_create(
        username="admin", defaults={"is_staff": True, "is_superuser": True}
    )
    password = str(kept.get("password", ""))
    if not password or not user.check_password(password):
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save()
    return {"user": "admin", "password": password}


def _features(site: Site, told: Told) -> None:
    known = set(Feature.objects.filter(site=site).values_list("name", flat=True))
    missing = [
        Feature(site=site, name=name, **feature)
        for name, feature in told.items()
        if name not in known
    ]
    if missing:
        Feature.objects.bulk_create(missing)
        declaring.publish(site.pk, ACTOR)


def _segment(site: Site, slug: str, told: Told) -> None:
    shown = {name: told[name] for name in ("name", "description", "visible") if name in told}
    segment, _ = Segment.objects.get_or_create(site=site, slug=slug, defaults=shown)
    if segment.live is None:
        revision = segments.draft(segment, told["condition"], told.get("stability", {}), ACTOR)
        publication.publish_segment(revision.pk, ACTOR)


def _slot(site: Site, key: str, told: Told) -> None:
    shown = {name: told[name] for name in ("name", "schema", "fallback")}
    slot, _ = Slot.objects.get_or_create(site=site, key=key, defaults=shown)
    for slug, content in told["variants"].items():
        variant, is_new = Variant.objects.get_or_create(slot=slot, slug=slug)
        if is_new:
            publication.publish_variant(variants.draft(variant, content, ACTOR).pk, ACTOR)
    matrix, _ = Matrix.objects.get_or_create(slot=slot)
    if matrix.live is None:
        document = {"slot": key, "fallback": told["fallback"], **told["matrix"]}
        publication.publish_matrix(matrices.draft(matrix, document, ACTOR).pk, ACTOR)
