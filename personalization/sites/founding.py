"""What a new site is given: a signing secret for subject tokens, shown once, and a generation."""

from __future__ import annotations

from django.db import transaction

from personalization.sites import signing
from personalization.sites.models import Generation, Site


@transaction.atomic
def complete(site: Site) -> str:
    """Give a new site its first generation and a signing secret, and return the secret."""
    Generation.objects.get_or_create(site=site)
    return renew_secret(site)


def renew_secret(site: Site) -> str:
    """Replace the secret that signs the site's subject tokens; the old tokens end with it."""
    secret = signing.new_secret()
    site.signing_secret = signing.seal(secret)
    site.save(update_fields=["signing_secret"])
    return secret
