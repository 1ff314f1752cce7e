"""What an editor waits for: a count over a million people, asked and answered as the page does."""

from __future__ import annotations

import random
import threading
import time
from statistics import median
from uuid import UUID

import pyarrow as pa

from benchmarks import counts
from benchmarks.counts import CITY, DRAWN, OLD, PEOPLE, PRO, SPENT, VIEWED
from benchmarks.ground import django, installed, say

ROUNDS = 12
ASKED = {
    **counts.CONDITIONS,
    "ten attributes and counts": {
        "all": [
            {"any": [PRO, {"not": OLD}]},
            {"any": [CITY, OLD, SPENT]},
            {"not": {"all": [VIEWED, PRO]}},
            {"any": [VIEWED, SPENT]},
        ]
    },
}


def main() -> None:
    """Publish a segment, lay a million profiles beside, and ask as a page does."""
    installed()
    django()
    site = _site()
    _laid_out(site)
    from personalization.flows import answering
    from personalization.plant import questions
    from personalization.plant.clock import system

    threading.Thread(target=answering.serve, args=(system, 600), daemon=True).start()

    def ask(condition, number, kind="count", **more):
        said = {"kind": kind, "site": site, "slug": "keen", "condition": condition, **more}
        begun = time.perf_counter()
        while (told := questions.ask("page", {**said, "nonce": number}, list)) is None:
            pass
        return (time.perf_counter() - begun) * 1000, told

    for name, condition in ASKED.items():
        first, told = ask(condition, f"{name} 0")
        waits = [ask(condition, f"{name} {n}")[0] for n in range(1, ROUNDS)]
        assert told["people"] == PEOPLE, told
        assert told["method"] == "columns", told
        figures = {"ms": median(waits), "worst_ms": max(waits), "first_ms": first}
        say(f"audience, {name}", **figures, people=told["people"], inside=told["in"])
        last = -(-told["in"] // 50)
        page, listed = ask(condition, name, "list", which="in", page=last, stamp=told["stamp"])
        assert len(listed["list"]) == told["in"] - 50 * (last - 1)
        say(f"audience, the last page of {name}", ms=page)
    for kind in ("parts", "sample", "overlap"):
        wait, told = ask(ASKED["ten attributes and counts"], kind, kind)
        assert "error" not in told, told
        say(f"audience, {kind}", ms=wait)


def _site() -> int:
    from personalization.features.models import Feature
    from personalization.flows import declaring, publication
    from personalization.segments import drafts
    from personalization.segments.models import Segment
    from personalization.sites.models import Generation, Site

    site = Site.objects.create(slug="crowd", name="Crowd")
    Generation.objects.get_or_create(site=site)
    spent = {"event": "Bought", "measure": {"sum": "properties.n"}}
    Feature.objects.create(site=site, name="spent", measure=spent)
    declaring.publish(site.pk, "me")
    keen = Segment.objects.create(site=site, slug="keen", name="Keen")
    publication.publish_segment(drafts.draft(keen, VIEWED, {}, "me").pk, "me")
    return int(site.pk)


def _laid_out(site: int) -> None:
    from personalization.features.columns import manifest, people
    from personalization.features.columns.told import told
    from personalization.flows import definitions
    from personalization.plant.clock import system

    live, draw, where = definitions.live(site), random.Random(1), manifest.folder(site)
    now = system.now()
    rows = ((f"{n:032x}", n, told(_state(live, draw, now), live, now)) for n in range(DRAWN))
    part = people.table(rows)
    parts = []
    for start in range(0, PEOPLE, DRAWN):
        names = pa.array([UUID(int=start + n).hex for n in range(DRAWN)], pa.string())
        parts.append(part.set_column(part.column_names.index("profile"), "profile", names))
    whole = pa.concat_tables(parts).unify_dictionaries()
    manifest.opened(where)
    people.write(where / "people.arrow", whole)
    piece = manifest.piece(where, "people.arrow", len(whole), "0")
    (where / "identities").write_bytes(b"")
    whose = manifest.piece(where, "identities", 0)
    manifest.commit(where, manifest.Manifest(1, system.now(), live.digest, piece, whose))


def _state(live, draw, now):
    counts.NOW = now
    return counts.state(live, draw)


if __name__ == "__main__":
    main()
