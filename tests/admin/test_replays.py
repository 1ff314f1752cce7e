"""The page of a replay: asked, run, looked at, cancelled; and by the API."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from personalization.flows import replay
from personalization.plant.clock import system
from personalization.plant.models import Run
from personalization.sites import keys
from tests.estate import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def test_a_report_is_a_chart_and_a_table(mine):
    draft = mine.matrix.revisions.first()
    assert replay.replay("matrix", draft.pk, 7, system).state == Run.State.DONE
    url = f"/admin/desk/replays/matrix/{draft.pk}/"
    page = signed_in(mine, "viewer").get(url).content.decode()
    assert page.count('<tr><th scope="row" class="desk-when">') == 7
    assert "UTC" in page
    assert 'name="days"' not in page


def test_a_running_replay_is_watched_and_cancelled(mine):
    draft = mine.matrix.revisions.first()
    run = Run.objects.create(task="replay", site_id=mine.site.pk, started_at=system.now(),
                             subject=f"matrix {draft.pk}", rows=3, total=9)  # fmt: skip
    url = f"/admin/desk/replays/matrix/{draft.pk}/"
    viewer, editor = signed_in(mine, "viewer"), signed_in(mine, "editor")
    told = viewer.get(url + "progress/").json()
    assert told == {"id": run.pk, "state": "running", "done": 3, "all": 9}
    assert viewer.post(url, {"cancel": "1"}).status_code == 403
    assert "<progress" in editor.get(url).content.decode()
    editor.post(url, {"cancel": "1"})
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    for days in ("", "0", "93", "x"):
        assert "Days: expected" in editor.post(url, {"days": days}, follow=True).content.decode()


def test_the_api_asks_and_cancels_and_the_command_runs(mine, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "personalization.api.asking.worker", lambda *words: asked.append(words) or True
    )
    _, secret = keys.mint(mine.site, "mk", role="editor")
    headers = {"Authorization": f"Bearer {secret}"}
    url = f"/api/v1/matrices/{mine.matrix.pk}/revisions/2/replay/"
    answer = Client().post(url, {"days": 3}, "application/json", headers=headers)
    assert answer.status_code == 202, answer.content
    draft = mine.matrix.revisions.get(number=2)
    assert asked == [("replay", "matrix", draft.pk, 3)]
    answer = Client().post(url, {"days": 0}, "application/json", headers=headers)
    assert answer.status_code == 422
    call_command("replay", "matrix", str(draft.pk), days=3)
    run = Run.objects.get(task="replay")
    assert len(run.result["days"]) == 3
    answer = Client().post(f"/api/v1/runs/{run.pk}/cancel/", headers=headers)
    assert answer.json()["state"] == "done"
    with pytest.raises(CommandError, match="expected 1"):
        call_command("replay", "matrix", str(draft.pk), days=0)
