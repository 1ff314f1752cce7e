"""What the demo must remember between runs and cannot ask the database for: its keys in clear."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson

from personalization.plant import places


def file() -> Path:
    """Return where the demo keeps its keys (readable by its owner alone)."""
    return places.var() / "demo-keys.json"


def read() -> dict[str, Any]:
    """Return what is kept, or nothing."""
    try:
        told: dict[str, Any] = orjson.loads(file().read_bytes())
    except (OSError, ValueError):
        return {}
    return told


def write(path: Path, told: dict[str, Any]) -> None:
    """Write a private file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as output:
        output.write(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    draft.replace(path)
