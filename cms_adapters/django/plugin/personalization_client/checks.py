"""What is wrong with the settings, said by ``manage.py check`` before a visitor notices."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from personalization_client import connection, signatures

RENDERS = ("browser", "server")
KNOWN = {*connection.NAMES, "SITES"}


def configured(**_: Any) -> list[CheckMessage]:
    """Look at ``PERSONALIZATION`` and at what the environment has in its place."""
    given = getattr(settings, "PERSONALIZATION", {})
    hosts = ["", *given.get("SITES", {})]
    unknown = sorted(set(given) - KNOWN)
    strange = [
        Error(f"PERSONALIZATION has no {name}", id="personalization.E001") for name in unknown
    ]
    return [*strange, *(fault for host in hosts for fault in _of(host))]


def _of(host: str) -> Iterator[CheckMessage]:
    where = f" (of {host})" if host else ""
    # The editors' half is in the database, which a check does not ask.
    told = {name: connection.setting(name, host) for name in connection.NAMES}
    if told["SECRET_KEY"] and not told["SERVER"]:
        yield Advice(
            f"SECRET_KEY needs SERVER, the address it is sent to{where}", id="personalization.W001"
        )
    if bool(told["HOOK"]) != bool(told["HOOK_SECRET"]):
        yield Advice(f"HOOK and HOOK_SECRET belong together{where}", id="personalization.W002")
    if told["RENDER"] not in ("", *RENDERS):
        yield Error(f"RENDER is one of {RENDERS}{where}", id="personalization.E002")
    for name in ("HOOK_SECRET", "ENDPOINT_SECRET"):
        if not all(map(_is_secret, told[name].split())):
            yield Error(f"{name} is not like whsec_ and base64{where}", id="personalization.E003")
    if told["PUBLISHABLE_KEY"].startswith(("sk_", "mk_")):
        yield Error(
            f"PUBLISHABLE_KEY would show a secret key to visitors{where}", id="personalization.E004"
        )


def _is_secret(said: str) -> bool:
    try:
        signatures.headers("", 0, b"", [said])
    except ValueError:
        return False
    return said.startswith(signatures.PREFIX)
