"""The last known good: what each site was compiled from, on disk, signed, for a boot alone."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from personalization.sites.signing import derived


def write(folder: Path, site: int, document: dict[str, Any]) -> None:
    """Keep the document: readable by this user only, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = orjson.dumps(document)
    part = folder / f".{site}.{os.getpid()}"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(_signature(body) + b"\n" + body)
    part.replace(folder / f"{site}.json")


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield every document that is whole and ours; a damaged one is passed over."""
    for path in sorted(folder.glob("*.json")):
        with contextlib.suppress(OSError, ValueError):
            signature, _, body = path.read_bytes().partition(b"\n")
            if hmac.compare_digest(signature, _signature(body)):
                yield orjson.loads(body)


def forget(folder: Path, kept: set[int]) -> None:
    """Remove the documents of sites that are no more."""
    for path in folder.glob("*.json"):
        if not path.stem.isdigit() or int(path.stem) not in kept:
            path.unlink(missing_ok=True)


def _signature(body: bytes) -> bytes:
    return hmac.new(derived("last known good"), body, hashlib.sha256).hexdigest().encode()
