"""The webhooks of a CMS that signs nothing: a secret of ours in a header it was told to send."""

from __future__ import annotations

import hmac

from cms_adapters.messages import Rejected, Request, Source

HEADER = "x-webhook-token"


def check(request: Request, source: Source) -> None:
    """Raise ``Rejected`` unless the header has one of the secrets, alone or as a bearer's.

    The option ``header`` names another header than ``X-Webhook-Token``. Compared in constant time.

    >>> check(Request("/", {"x-webhook-token": "s"}, b""), Source("", secrets=("s",)))
    """
    name = source.options.get("header", HEADER).lower()
    given = request.headers.get(name, "").removeprefix("Bearer ").encode()
    if not given:
        raise Rejected("unsigned", f"expected our secret in {name}")
    matches = [hmac.compare_digest(given, secret.encode()) for secret in source.secrets]
    if not any(matches):
        raise Rejected("signature", f"the secret in {name} is not ours")
