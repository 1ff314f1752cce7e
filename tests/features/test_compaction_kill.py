"""A compaction that is killed leaves the old columns or the new ones, readable either way."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa

from personalization.features.columns import days, manifest, people
from tests.waiting import until

ROWS = 4_000
WRITER = """
import itertools, sys
from pathlib import Path
from tests.features.test_compaction_kill import written
where = Path(sys.argv[1])
for version in itertools.count(1):
    written(where, version)
"""


def written(where: Path, version: int) -> None:
    """Write one version whose every number is the version, as a compaction does."""
    manifest.opened(where)
    manifest.sweep(where, manifest.read(where))
    number = [version] * ROWS
    names = [f"{kind}-{version}" for kind in ("people", "identities", "events")]
    people.write(where / names[0], pa.table({"version": number}))
    for name in names[1:]:
        days.write(where / name, pa.table({"version": number}))
    kept = [manifest.piece(where, name, ROWS) for name in names]
    found = manifest.Manifest(version, version, "d", kept[0], kept[1], {1: kept[2]})
    manifest.commit(where, found)
    manifest.sweep(where, found)


def test_who_is_killed_leaves_a_whole_version(tmp_path: Path) -> None:
    draw, last = random.Random(1), 0
    for _ in range(4):
        root = Path(__file__).resolve().parents[2]
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=root)
        goal = last + draw.randrange(2, 30)
        until(lambda goal=goal: getattr(manifest.read(tmp_path), "version", 0) >= goal, 60)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        found = manifest.read(tmp_path)
        assert found is not None
        assert found.version >= goal
        last = found.version
        whole = people.read(tmp_path / found.people.file)
        assert set(whole["version"].to_pylist()) == {last}
        for piece in (found.identities, *found.days.values()):
            read = days.pq.read_table(tmp_path / piece.file)
            assert set(read["version"].to_pylist()) == {last}
        manifest.sweep(tmp_path, found)
        assert len(list(tmp_path.iterdir())) == 4
