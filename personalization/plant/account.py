"""Whom the embedded services run as: ourselves, or an unprivileged account when we are root."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from personalization.plant import places

NAME = "personalization"
ELSEWHERE = Path("/var/lib/personalization")


class PlantError(Exception):
    """The house cannot stand here: a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Return whether every folder above the path lets this account through."""
        return all(self._may_enter(folder) for folder in path.resolve().parents if folder.exists())

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def unprivileged() -> Account | None:
    """Return the account to run services as, or None where we are not root and run as ourselves.

    PostgreSQL refuses to run as root. The account is made where it does not exist; where it cannot
    be made (a read-only /etc), nobody does.
    """
    if os.geteuid() != 0:
        return None
    return _find(NAME) or _create() or _find("nobody")


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def _create() -> Account | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    adduser = shutil.which("adduser", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        _run([useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME])
    elif adduser:  # busybox
        _run([adduser, "-S", "-D", "-H", "-s", "/sbin/nologin", NAME])
    return _find(NAME)


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=False, capture_output=True, timeout=30)  # noqa: S603 fixed words


def home(account: Account | None) -> Path:
    """Return the folder of the services' data: var/, or one the account reaches.

    Root's own folders (/root, a temporary clone) are closed to every other account.
    """
    var = places.var()
    if account is None:
        return var
    elsewhere = ELSEWHERE / hashlib.sha256(str(var).encode()).hexdigest()[:10]
    if (elsewhere / "postgres").exists():
        return elsewhere
    if account.reaches(var / "postgres"):
        return var
    if (var / "postgres").exists():
        raise PlantError(
            f"{var} was open to {account.name} and is not any more: chmod a+x its parents"
        )
    return elsewhere


def give(path: Path, account: Account | None, mode: int) -> None:
    """Make the folder, with this mode, the account's own."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if account is not None:
            os.chown(path, account.uid, account.gid)
        path.chmod(mode)
    except OSError as fault:
        raise PlantError(
            f"cannot prepare {path}: {fault}. Give another folder: VAR=/path"
        ) from fault


def lend(root: Path, parts: Sequence[str], account: Account | None, name: str) -> Path:
    """Return a folder with the parts where the account can run them: the root, or a copy of them.

    The parts keep their places to each other: programs find their libraries by them.
    """
    first = root / parts[0]
    if account is None or account.reaches(first / "any"):
        return root
    stamp = hashlib.sha256(f"{first}{first.stat().st_mtime_ns}".encode()).hexdigest()[:10]
    copy = home(account) / "programs" / f"{name}-{stamp}"
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in filter(lambda part: (root / part).exists(), parts):
            target = half / part
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(root / part, target)
        copy.parent.chmod(0o755)
        half.rename(copy)
    return copy


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def open_sockets(account: Account | None) -> Path:
    """Make the sockets' folder, closed to everybody else, and return it."""
    folder = places.sockets()
    if len(str(folder / ".s.PGSQL.5432")) > 100:  # noqa: PLR2004 the kernel's limit is 103 and 107
        raise PlantError(f"{folder} is too long for a socket. Give a shorter one: TMPDIR=/tmp")
    allowed = {os.geteuid(), account.uid if account else os.geteuid()}
    try:
        status = folder.lstat()
    except FileNotFoundError:
        status = None
    if status and (not stat.S_ISDIR(status.st_mode) or status.st_uid not in allowed):
        raise PlantError(f"{folder} belongs to somebody else; remove it, or give another VAR=")
    if account is not None and not account.reaches(folder):
        raise PlantError(f"{folder} is closed to {account.name}. Give an open one: TMPDIR=/tmp")
    give(folder, account, 0o700)
    return folder
