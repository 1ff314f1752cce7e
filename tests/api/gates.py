"""A gate in front of a service's socket: open, hung (nothing passes), or shut (nobody is there)."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path


class Gate:
    """A unix socket that leads to another one, until it is told otherwise."""

    def __init__(self, path: Path, target: str) -> None:
        self.path, self.target = path, target
        self.loop = asyncio.new_event_loop()
        self.passing = asyncio.Event()
        self.pairs: set[asyncio.StreamWriter] = set()
        self.server: asyncio.Server | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self.open()

    def open(self) -> None:
        """Let everything pass."""
        self._do(self._opened())

    def hang(self) -> None:
        """Accept, and let nothing pass."""
        self._do(self._opened(passing=False))

    def shut(self) -> None:
        """Hang up on everybody and take nobody in."""
        self._do(self._shut())

    def end(self) -> None:
        """Stop for good."""
        self.shut()
        self._do(self._rest())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _do(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _opened(self, *, passing: bool = True) -> None:
        (self.passing.set if passing else self.passing.clear)()
        if self.server is None:
            self.path.unlink(missing_ok=True)
            self.server = await asyncio.start_unix_server(self._enter, self.path)

    async def _shut(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None
            self.path.unlink(missing_ok=True)
        self.passing.set()
        for writer in tuple(self.pairs):
            writer.transport.abort()

    async def _rest(self) -> None:
        """Wait for what is still on its way out."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _enter(self, reader, writer) -> None:
        await self.passing.wait()
        try:
            inner, outer = await asyncio.open_unix_connection(self.target)
        except OSError:
            writer.transport.abort()
            return
        self.pairs |= {writer, outer}
        try:
            await asyncio.gather(self._pump(reader, outer), self._pump(inner, writer))
        finally:
            self.pairs -= {writer, outer}

    async def _pump(self, reader, writer) -> None:
        with suppress(OSError, asyncio.CancelledError):
            while block := await reader.read(65536):
                await self.passing.wait()
                writer.write(block)
                await writer.drain()
        writer.transport.abort()
