"""Make the demo's CMS and server known to each other, as an administrator does by the API."""

import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from personalization_client.calls import call

NEWS = ["segment.changed", "slot.changed", "variant.published", "variant.unpublished"]


def introduce(adapter: str, url: str, told: dict[str, Any], file: Path) -> None:
    """Found a source and an endpoint for this CMS once, and write what each needs of the other."""
    if file.exists() and json.loads(file.read_text()).get("URL") == url:
        return
    slug = f"{adapter}-{urlsplit(url).port}"
    token = secrets.token_urlsafe(32)
    source = _made(
        told,
        "sources",
        {"slug": slug, "adapter": adapter, "url": url, "token": token, "publishes": True},
    )
    hears = {"url": f"{url}/personalization/hooks/", "description": slug, "types": NEWS}
    endpoint = _made(told, "endpoints", hears)
    said = {
        "URL": url,
        "HOOK": f"{told['url']}/hooks/{source['id']}",
        "HOOK_SECRET": source["secret"],
        "TOKEN": token,
        "ENDPOINT_SECRET": endpoint["secret"],
    }
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as output:
        json.dump(said, output)


def _made(told: dict[str, Any], kind: str, said: dict[str, Any]) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {told['management_key']}",
        "Content-Type": "application/json",
    }
    body = json.dumps({"site": told["site"], **said}).encode()
    answer = call(f"{told['url']}/api/v1/{kind}/", headers, body, 30)
    if answer.status != 201:  # noqa: PLR2004 - HTTP's own number
        raise SystemExit(f"the server did not take the {kind[:-1]}: {answer.body.decode()[:500]}")
    return answer.json()
