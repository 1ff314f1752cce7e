"""What is done again from the log: segments folded anew; there must be no difference."""

from __future__ import annotations

from personalization.flows import histories, refolding
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.models import Run
from personalization.profiles.models import Profile


def recompute_segments(site_id: int, clock: Clock) -> Run:
    """Fold every profile anew in small transactions; return the row of the run."""

    def work(run: Run) -> None:
        run.total = Profile.objects.filter(site_id=site_id, merged_into=None).count()
        for part in histories.slices(site_id):
            refolding.refold(site_id, part, "publish", clock)
            if not runs.advance(run, len(part)):
                return

    return runs.recorded("recompute_segments", site_id, clock, work)
