"""What the children say: each line under its speaker's name, on the terminal and in a file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

LIMIT = 5_000_000
CHUNK = 65_536


class Voice:
    """One speaker: its lines go to the terminal, and to a file of at most two times LIMIT."""

    def __init__(self, name: str, folder: Path, *, terminal: bool = True) -> None:
        self.name = name
        self.path = folder / f"{name}.log"
        self.terminal = terminal

    async def follow(self, stream: asyncio.StreamReader) -> None:
        """Repeat what comes until the stream ends; never fail because nobody can hear it."""
        rest = b""
        while chunk := await stream.read(CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > CHUNK:
                lines, rest = [*lines, rest], b""
            self.say(lines)
        if rest:
            self.say([rest])

    def say(self, lines: list[bytes]) -> None:
        """Repeat some lines now."""
        if not lines:
            return
        self._store(b"".join(line + b"\n" for line in lines))
        if self.terminal:
            text = "".join(f"{self.name:>9} | {line.decode(errors='replace')}\n" for line in lines)
            speak(text)

    def _store(self, text: bytes) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and self.path.stat().st_size > LIMIT:
                self.path.replace(self.path.with_suffix(".log.1"))
            with self.path.open("ab") as file:
                file.write(text)
        except OSError:
            return  # a full disk must not stop the house


def speak(text: str) -> None:
    """Write to the terminal, if there still is one."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, ValueError):
        return
