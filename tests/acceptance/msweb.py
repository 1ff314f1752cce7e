"""MS Web: a week of visits to a site as page events, a second apart, and a naive count of them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from personalization.plant.instants import SECOND, to_text

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "msweb"
FILES = ("anonymous-msweb.data", "anonymous-msweb.test")


def visits(count: int | None = None) -> dict[str, list[tuple[str, str]]]:
    """Return (title, path) of every page each visitor saw, of the first so many visitors or all."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in FILES:
        pages: dict[str, tuple[str, str]] = {}
        visitor = ""
        for row in _lines(DATA / name):
            if row[0] == "A":
                pages[row[1]] = (row[3], row[4])
            elif row[0] == "C":
                visitor = f"{name.rpartition('.')[2]}-{row[1]}"
                if len(found) == count:
                    return found
                found[visitor] = []
            elif row[0] == "V":
                found[visitor].append(pages[row[1]])
    return found


def _lines(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="latin-1", newline="") as file:
        yield from csv.reader(file)


def messages(seen: dict[str, list[tuple[str, str]]], start: int) -> list[dict[str, Any]]:
    """Return the visits as page calls of one run of time: visit after visit, a second apart."""
    pairs = [(who, n, page) for who, pages in seen.items() for n, page in enumerate(pages)]
    return [
        {
            "type": "page",
            "anonymousId": who,
            "messageId": f"{who}-{n}",
            "name": title,
            "properties": {"path": path},
            "timestamp": to_text(start + second * SECOND),
        }
        for second, (who, n, (title, path)) in enumerate(pairs)
    ]


def at_least(sent: list[dict[str, Any]], pages: int) -> set[str]:
    """Return who saw so many pages, counted from nothing but what was sent."""
    counts = Counter(message["anonymousId"] for message in sent)
    return {f"anonymous {who}" for who, count in counts.items() if count >= pages}
