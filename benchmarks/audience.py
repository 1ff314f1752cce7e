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
from rules.state import Trait

ROUNDS = 12
ROWS, MARKS = 60, 8
SLOT = "wall"
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
        said |= {"slot": SLOT}
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
    _crossed(ask)


def _crossed(ask) -> None:
    """Ask who gets which row of 60 x 13, and who would see something else, as the grid does."""
    draw = random.Random(2)
    for changed in (1, ROWS):
        said = _matrix(draw, changed)
        first, told = ask(None, f"crossing {changed} 0", "crossing", document=said)
        assert "error" not in told, told
        assert (told["people"], told["method"]) == (PEOPLE, "columns"), told
        waits = []
        for n in range(1, ROUNDS):
            said["rows"][n % ROWS]["rollout"] = 50 + n
            waits.append(ask(None, f"crossing {changed} {n}", "crossing", document=said)[0])
        figures = {"ms": median(waits), "worst_ms": max(waits), "first_ms": first}
        say(f"audience, {ROWS} x 13 against what is live", **figures, changed=told["changed"])


def _matrix(draw, changed) -> dict:
    """Return a matrix of 13 columns, five of which each row asks; the last ones show otherwise."""
    asked = [PRO, OLD, CITY, SPENT, {"segment": "keen"}]
    asked += [
        {"attribute": f"traits.mark{i}", "operator": "at_most", "value": 14} for i in range(MARKS)
    ]
    rows = [
        {
            "id": f"r{i}",
            "when": {"all": draw.sample(asked, 5)},
            "then": {"variant": "other" if i >= ROWS - changed else "plain"},
        }
        for i in range(ROWS)
    ]
    return {"hit_policy": "first", "slot": SLOT, "rows": rows, "fallback": ["plain"]}


def _site() -> int:
    from personalization.content import drafts as contents
    from personalization.content.models import Slot, Variant
    from personalization.decisions import drafts as matrices
    from personalization.decisions.models import Matrix
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
    slot = Slot.objects.create(site=site, key=SLOT, fallback=["plain"])
    for slug in ("plain", "other"):
        row = Variant.objects.create(slot=slot, slug=slug)
        html = {"html": f"<p>{slug}</p>"}
        publication.publish_variant(contents.draft(row, html, "me").pk, "me")
    matrix = Matrix.objects.create(slot=slot)
    made = matrices.draft(matrix, _matrix(random.Random(2), 0), "me")
    publication.publish_matrix(made.pk, "me")
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
    state = counts.state(live, draw)
    for i in range(MARKS):
        state.traits[f"mark{i}"] = Trait(draw.randrange(20), 1, "")
    return state


if __name__ == "__main__":
    main()
