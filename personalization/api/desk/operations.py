"""How the installation is doing: what waits and how long, and the recurring work with its runs."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from personalization.api import asking
from personalization.api.desk.gate import demand, desk, render
from personalization.features.columns import manifest
from personalization.flows import backlog
from personalization.plant import clock
from personalization.plant.models import Run
from personalization.sites import audit
from personalization.sites.models import Generation
from personalization.sites.scoped import caller, said

TASKS = {
    "recompute_segments": _("Segments anew"),
    "recompute_scores": _("Scores anew"),
    "compact_columns": _("Columns brought up to date"),
}
"""What can be asked for by hand, and what the button says."""


@desk("installation")
@require_GET
def lag(request: HttpRequest) -> HttpResponse:
    """Show what waits: by lane, by shard, timers, outbox, and each site's balance."""
    look = backlog.look(clock.system.now())
    sites = caller(request).visible_sites()[:200]
    generations = dict(Generation.objects.values_list("site_id", "number"))
    balance = backlog.balance(None)
    rows = [(site, generations.get(site.pk), balance.get(site.pk, {})) for site in sites]
    return render(request, "admin/desk/lag.html", gettext("Lag and balance"), look=look, sites=rows)


@desk("viewer")
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """Show the newest runs of recurring work, and the buttons to ask for one now."""
    who = caller(request)
    newest = who.scope(Run.objects.order_by("-pk"), "site_id")[:100]
    sites = who.visible_sites("operator")[:200]
    names = {site.pk: site.slug for site in who.visible_sites()[:1_000]}
    lines = [
        {
            "run": run,
            "task": TASKS.get(run.task, run.task),
            "state": run.get_state_display(),
            "site": names.get(run.site_id or 0, "-"),
            "started": said(run.started_at),
            "seconds": (run.finished_at - run.started_at) / 1_000_000 if run.finished_at else None,
        }
        for run in newest
    ]
    context = {"lines": lines, "sites": sites, "tasks": TASKS.items()}
    return render(request, "admin/desk/runs.html", gettext("Recurring work"), **context)


@desk("viewer")
@require_GET
def columns(request: HttpRequest) -> HttpResponse:
    """Show how old and how large each site's column store is."""
    now = clock.system.now()
    sites = caller(request).visible_sites()[:200]
    lines = [(site, manifest.told(manifest.read(manifest.folder(site.pk)), now)) for site in sites]
    return render(request, "admin/desk/columns.html", gettext("Columns"), lines=lines)


@desk("operator")
@require_POST
def run_now(request: HttpRequest, task: str, site_id: int) -> HttpResponse:
    """Ask a worker for one run of the task on one site."""
    if task not in TASKS:
        raise Http404
    demand(request, "operator", site_id)
    if not asking.worker(task, site_id):
        messages.error(request, gettext("The broker cannot be reached; ask again when it is back."))
    else:
        audit.record(site_id, caller(request).actor, "asked for a run", (task, site_id))
        done = gettext("Asked for: %(task)s. The run appears when a worker starts.")
        messages.success(request, done % {"task": TASKS[task]})
    return HttpResponseRedirect(reverse("desk:runs"))
