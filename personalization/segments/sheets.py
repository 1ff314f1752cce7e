"""Sheets: the CSV files lists are uploaded in, read line by line, every fault with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from personalization.sites.naming import identity_hex

KINDS = {"userId": "user", "anonymousId": "anonymous"}
TRAIT = "traits."
LONGEST = 255
LONGEST_LINE = 8_192
MOST = 5_000_000
"""Entries of the longest list."""
SHOWN = 1_000
"""So many faults are listed; all are counted."""


class Fault(NamedTuple):
    """What is wrong in a line (the first is 1), and what was expected."""

    line: int
    message: str


@dataclass(slots=True)
class Sheet:
    """A file being read: what its entries name, how many there were, and what was wrong."""

    site: int
    by: str = ""
    count: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)

    def blame(self, line: int, message: str) -> None:
        """Note a fault."""
        self.faulty += 1
        if len(self.faults) < SHOWN:
            self.faults.append(Fault(line, message))

    def entries(self, lines: Iterable[bytes]) -> Iterator[str]:
        """Yield each line's entry; after the first fault only faults are looked for.

        The first line names the columns: exactly one of ``userId``, ``anonymousId`` and a trait
        like ``traits.email``; other columns are passed over.
        """
        rows = _rows(self, lines)
        column, width = self._head(*next(rows, (1, [])))
        if column < 0:
            return
        for number, row in rows:
            if not row or row == [""]:
                continue
            if len(row) != width:
                self.blame(number, f"expected {width} columns, not {len(row)}")
            elif fault := _fault(row[column].strip()):
                self.blame(number, fault)
            elif self.count == MOST:
                self.blame(number, f"expected at most {MOST} entries")
                return
            elif not self.faulty:
                self.count += 1
                yield entry(self.site, self.by, row[column])

    def _head(self, number: int, names: list[str]) -> tuple[int, int]:
        names = [name.strip() for name in names]
        keyed = [i for i, name in enumerate(names) if name in KINDS or name.startswith(TRAIT)]
        if len(keyed) != 1 or names[keyed[0]] == TRAIT or len(names[keyed[0]]) > LONGEST // 2:
            expected = "expected one column named userId, anonymousId or like traits.email"
            self.blame(number, expected)
            return -1, 0
        self.by = names[keyed[0]]
        return keyed[0], len(names)


def entry(site: int, by: str, value: str) -> str:
    """Return what is kept of a value: an identity's id, or a hash of a trait's value.

    Traits are compared without regard to case and to the space around them.

    >>> entry(1, "traits.email", " Ann@x.example") == entry(1, "traits.email", "ann@x.example")
    True
    """
    if by in KINDS:
        return identity_hex(site, KINDS[by], value.strip())
    return identity_hex(site, by, value.strip().casefold())


def _rows(sheet: Sheet, lines: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_texts(sheet, lines), strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            sheet.blame(reader.line_num, f"expected CSV: {fault}")
            continue
        yield reader.line_num, row


def _texts(sheet: Sheet, lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines as text; a line that is none is blamed, and an empty one in its place."""
    for number, line in enumerate(_whole(lines), 1):
        if len(line) > LONGEST_LINE:
            sheet.blame(number, f"expected at most {LONGEST_LINE} bytes in a line")
            yield "\n"
            continue
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            sheet.blame(number, "expected UTF-8")
            yield "\n"


def _whole(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines from pieces of any size; of one without an end only so much is held."""
    held = b""
    for chunk in chunks:
        *whole, held = (held + chunk).splitlines(keepends=True) or [b""]
        yield from whole
        if held.endswith(b"\n"):
            yield held
            held = b""
        elif len(held) > LONGEST_LINE:
            held = held[: LONGEST_LINE + 1]
    if held:
        yield held


def _fault(value: str) -> str:
    if not value:
        return "expected a value"
    if len(value) > LONGEST:
        return f"expected at most {LONGEST} characters"
    return "expected no NUL" if "\0" in value else ""
