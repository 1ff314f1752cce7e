"""A rulebook: a site's segments and matrices as text files in a folder, and scenarios beside them.

``segments/*.segment``, ``matrices/*.matrix``, ``scenarios/*.json``, and ``site.json``: what of the
site the rules stand on. Nothing here asks a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from personalization.plant import json
from rules import scenarios
from rules.errors import InvalidError
from rules.matrix.document import Matrix
from rules.notations.text import read_matrix, read_segment
from rules.scenarios import Scenario
from rules.segment import Segment

SITE = "site.json"
LARGEST = 8_000_000
"""So many bytes a file may have."""
ABOUT: dict[str, Any] = {
    "timezone": "UTC",
    "locale": "en",
    "consent": "opt_out",
    **{name: {} for name in ("attributes", "features", "hierarchies", "sets", "fallbacks", "base")},
}
"""What ``site.json`` says, and what holds where it does not; ``base``: what was in force then."""


@dataclass(slots=True)
class Rulebook:
    """What was read from a folder; ``faults`` says, file by file, what could not be."""

    segments: dict[str, Segment] = field(default_factory=dict)
    matrices: dict[str, Matrix] = field(default_factory=dict)
    scenarios: list[tuple[str, Scenario]] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=lambda: dict(ABOUT))
    faults: list[str] = field(default_factory=list)


def read(folder: Path) -> Rulebook:
    """Read every file of a folder; one that cannot be read is a fault and hides no other."""
    book = Rulebook()
    for path, reader in _files(folder):
        try:
            reader(book, path)
        except (InvalidError, json.Malformed, OSError, UnicodeDecodeError) as fault:
            at = f"{fault.at or '/'}: " if isinstance(fault, json.Malformed) else ""
            book.faults.append(f"{path.relative_to(folder).as_posix()}: {at}{fault}")
    return book


def _files(folder: Path) -> Iterator[tuple[Path, Callable[[Rulebook, Path], None]]]:
    if (folder / SITE).exists():
        yield folder / SITE, _about
    shelves = {"segments/*.segment": _segment, "matrices/*.matrix": _matrix}
    for pattern, reader in {**shelves, "scenarios/*.json": _scenarios}.items():
        yield from ((path, reader) for path in sorted(folder.glob(pattern)))


def _about(book: Rulebook, path: Path) -> None:
    said = json.parse(_bytes(path))
    if not isinstance(said, dict) or not said.keys() <= ABOUT.keys():
        raise InvalidError("", "shape", f"expected an object with {', '.join(ABOUT)}")
    for name, value in said.items():
        if not isinstance(value, type(ABOUT[name])):
            raise InvalidError(f"/{name}", "type", f"expected {type(ABOUT[name]).__name__}")
    book.about |= said


def _segment(book: Rulebook, path: Path) -> None:
    found = read_segment(_bytes(path).decode())
    if found.slug != path.stem:
        raise InvalidError("", "name", f'expected segment "{path.stem}", as the file is called')
    book.segments[found.slug] = found


def _matrix(book: Rulebook, path: Path) -> None:
    found, slot = read_matrix(_bytes(path).decode()), unquote(path.stem)
    if found.slot not in {"", slot}:
        raise InvalidError("", "name", f'expected slot "{slot}", as the file is called')
    book.matrices[slot] = replace(found, slot=slot)


def _scenarios(book: Rulebook, path: Path) -> None:
    found = scenarios.parse(json.parse(_bytes(path)))
    book.scenarios += [(path.name, each) for each in found]


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise InvalidError("", "too_large", f"expected at most {LARGEST} bytes")
    return path.read_bytes()
