"""The supervisor: starts the house in order, restarts what dies, leaves no orphan."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from personalization.plant import leash
from personalization.plant.account import PlantError
from personalization.plant.lock import Lock
from personalization.plant.program import Program
from personalization.plant.voices import Voice, speak

FIRST_DELAY = 0.2
LAST_DELAY = 5.0
STEADY = 10.0
TRIES = 5
LOOK = 0.05
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: stages in order; a stage starts when all of the one before are ready."""

    var: Path
    stages: tuple[tuple[Program, ...], ...]
    quiet: frozenset[str] = frozenset()
    lock: str = "up.lock"
    rubbish: tuple[Path, ...] = ()


class Child:
    """One program kept alive: started, watched, started again after a growing pause."""

    def __init__(self, program: Program, voice: Voice) -> None:
        self.program = program
        self.voice = voice
        self.ready = asyncio.Event()
        self.failures = 0
        self.process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to keep the program alive."""
        self._keeper = asyncio.create_task(self._keep(), name=self.program.name)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        delay = FIRST_DELAY
        while not self._stopping:
            began = loop.time()
            code = await self._once()
            if self._stopping:
                return
            self.failures += 1
            self.ready.clear()
            delay = FIRST_DELAY if loop.time() - began > STEADY else delay
            self.voice.say([f"ended ({ended(code)}); again in {delay:.1f} s".encode()])
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_DELAY)

    async def _once(self) -> int:
        """Run the program once to its end and return its exit code."""
        try:
            if self.program.before:
                self.program.before()
            self.process = await spawn(self.program)
        except (OSError, PlantError) as fault:
            self.voice.say([str(fault).encode()])
            return 127
        if self._stopping:  # while it was being started
            sweep(self.process)
        assert self.process.stdout is not None
        probe = asyncio.create_task(self._probe())
        ears = asyncio.create_task(self.voice.follow(self.process.stdout))
        try:
            code = await exit_of(self.process)
            sweep(self.process)
            await asyncio.wait({ears}, timeout=1)
            return code
        finally:
            probe.cancel()
            ears.cancel()

    async def _probe(self) -> None:
        while self.program.ready and not await asyncio.to_thread(self.program.ready):  # noqa: ASYNC110
            await asyncio.sleep(LOOK)
        self.ready.set()

    async def stop(self) -> None:
        """Ask it to leave, wait its patience, then make it."""
        self._stopping = True
        process = self.process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.program.stop)
            try:
                await asyncio.wait_for(exit_of(process), self.program.patience)
            except TimeoutError:
                self.voice.say([b"does not leave; killed"])
                sweep(process)
        if self._keeper is not None:
            if process is not None and self.ready.is_set():
                await asyncio.wait({self._keeper}, timeout=2)  # it hears the last words
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)


class Supervisor:
    """All children of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.children: list[Child] = []
        self.stopped = asyncio.Event()

    async def start(self) -> None:
        """Start stage after stage; raise PlantError if a program does not come up."""
        for stage in self.plan.stages:
            for program in stage:
                if program.once:
                    await self.do(program)
            children = [self.add(program) for program in stage if not program.once]
            await asyncio.gather(*[self.until_ready(child) for child in children])

    def add(self, program: Program) -> Child:
        """Start one more program and keep it alive."""
        child = Child(program, self._voice(program.name))
        self.children.append(child)
        child.start()
        return child

    async def do(self, program: Program) -> None:
        """Run a program once, to its end; raise PlantError if it fails."""
        voice = self._voice(program.name)
        process = await spawn(program)
        assert process.stdout is not None
        await voice.follow(process.stdout)
        if code := await process.wait():
            raise PlantError(f"{program.name} failed ({ended(code)}); see {voice.path}")

    async def stop(self) -> None:
        """Stop everything, last started first; those of one stage together."""
        for stage in reversed(self.plan.stages):
            names = {program.name for program in stage}
            await asyncio.gather(*[c.stop() for c in self.children if c.program.name in names])
        await asyncio.gather(*[c.stop() for c in self.children])

    def _voice(self, name: str) -> Voice:
        return Voice(name, self.plan.var / "log", terminal=name not in self.plan.quiet)

    async def until_ready(self, child: Child) -> None:
        """Wait until a program answers; raise PlantError if it ends again and again."""
        while not child.ready.is_set():
            if child.failures >= TRIES:
                log = child.voice.path
                raise PlantError(f"{child.program.name} does not start; its last words: {log}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.ready.wait(), LOOK * 4)


async def run(plan: Plan, ready: Callable[[Supervisor], Awaitable[None]] | None = None) -> None:
    """Run the plan until SIGINT or SIGTERM; ``ready`` is awaited once when all stages are up."""
    lock = Lock(plan.var / plan.lock)
    lock.take()
    supervisor = Supervisor(plan)
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, supervisor.stopped.set)
    work = asyncio.create_task(_start(supervisor, ready))
    end = asyncio.create_task(supervisor.stopped.wait())
    try:
        await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
            await end
    finally:
        work.cancel()
        end.cancel()
        await asyncio.gather(work, end, return_exceptions=True)
        speak("stopping ...\n")
        await supervisor.stop()
        for folder in plan.rubbish:
            shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        speak("stopped.\n")


async def _start(
    supervisor: Supervisor, ready: Callable[[Supervisor], Awaitable[None]] | None
) -> None:
    await supervisor.start()
    if ready is not None:
        await ready(supervisor)


async def spawn(program: Program) -> asyncio.subprocess.Process:
    """Start a program as a direct child: own session, own user, tied to this process."""
    account = program.account
    return await asyncio.create_subprocess_exec(
        *leash.command(program.command, program.orphaned),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=program.folder,
        env={**os.environ, **program.env},
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=leash.tie(program.orphaned),
        pass_fds=program.descriptors,
    )


async def exit_of(process: asyncio.subprocess.Process) -> int:
    """Return the exit code as soon as the process ends (``wait`` also waits for its children)."""
    while process.returncode is None:  # noqa: ASYNC110 there is no event of the exit alone
        await asyncio.sleep(LOOK)
    return process.returncode


def sweep(process: asyncio.subprocess.Process) -> None:
    """Kill what is left of a process and of the children it kept in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def ended(code: int) -> str:
    """Return an exit code in words."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"
