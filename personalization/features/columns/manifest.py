"""Which files are the column store now: one small file, replaced whole, that names all others.

A file that it names is never changed. A compaction writes beside, then replaces the manifest: who
is killed in between leaves the store as it was, and files nobody names, which the next one removes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from personalization.plant import places

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: its name, its rows and bytes, and a mark of what it was made of."""

    file: str
    rows: int
    bytes: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version of a site's columns: what was known at ``at`` (microseconds UTC).

    ``digest`` names the definitions whose windows and segments are kept, ``days`` the events of
    each day since 1970 that has any, ``since`` the first day that is kept. ``paths`` are those of
    events that have columns; ``left_out`` says how many more there are.
    """

    version: int
    at: int
    digest: str
    people: Piece
    identities: Piece
    days: Mapping[int, Piece] = field(default_factory=dict)
    since: int = 0
    paths: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def bytes(self) -> int:
        """The bytes of all files."""
        return sum(piece.bytes for piece in self.pieces())

    def pieces(self) -> tuple[Piece, ...]:
        """Return every file of this version."""
        return (self.people, self.identities, *self.days.values())


def folder(site_id: int) -> Path:
    """Return where a site's columns lie."""
    return places.var() / "columns" / str(site_id)


def read(where: Path) -> Manifest | None:
    """Return what is in force, ``None`` where nothing (or another format) was ever written."""
    try:
        told = json.loads((where / NAME).read_bytes())
    except FileNotFoundError:
        return None
    if told.pop("format") != FORMAT:
        return None
    told["people"], told["identities"] = Piece(**told["people"]), Piece(**told["identities"])
    told["days"] = {int(day): Piece(**piece) for day, piece in told["days"].items()}
    return Manifest(**{**told, "paths": tuple(told["paths"])})


def commit(where: Path, manifest: Manifest) -> None:
    """Put a version in force: its files are on the disk before it names them."""
    for piece in manifest.pieces():
        _settle(where / piece.file)
    document = json.dumps({"format": FORMAT, **asdict(manifest)}).encode()
    beside = where / f"{NAME}.{manifest.version}"
    _write(beside, document)
    beside.replace(where / NAME)
    _settle(where)


def sweep(where: Path, manifest: Manifest | None) -> int:
    """Remove every file that the manifest does not name; return how many there were."""
    kept = {NAME, *(piece.file for piece in manifest.pieces())} if manifest else {NAME}
    gone = [path for path in where.iterdir() if path.name not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def opened(where: Path) -> None:
    """Make the folder, for this user's eyes only."""
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    where.chmod(0o700)


def piece(where: Path, name: str, rows: int, mark: str = "") -> Piece:
    """Return the piece that a file just written is, readable by its owner only."""
    path = where / name
    path.chmod(0o600)
    return Piece(name, rows, path.stat().st_size, mark)


def _write(path: Path, document: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(document)
        file.flush()
        os.fsync(file.fileno())


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def told(manifest: Manifest | None, now: int) -> dict[str, Any]:
    """Return a site's columns as people and machines are told of them."""
    if manifest is None:
        return {"version": None, "age_seconds": None}
    return {
        "version": manifest.version,
        "age_seconds": max(0, now - manifest.at) // 1_000_000,
        "people": manifest.people.rows,
        "events": sum(piece.rows for piece in manifest.days.values()),
        "days": len(manifest.days),
        "bytes": manifest.bytes,
        "left_out": manifest.left_out,
    }
