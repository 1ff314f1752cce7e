"""The page on which a variant is written: per locale, with what somebody would see beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from personalization.api.desk import standing, variant_words
from personalization.api.desk.gate import demand, desk, render
from personalization.content import coverage, linked, writing
from personalization.content.models import Variant, VariantRevision
from personalization.content.registry import shelf
from personalization.flows import comparing, placings, showing, vocabulary
from personalization.flows.kinds import KINDS
from personalization.flows.showing import Who
from personalization.plant import clock, json
from personalization.sites import audit, faults
from personalization.sites.scoped import caller
from rules.errors import InvalidError

KIND = KINDS["variant"]
WIDTHS = ("phone", "tablet", "desktop")


@desk("viewer")
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest revision in one locale."""
    variant = _variant(request, pk, "viewer")
    locale = request.GET.get("locale", _first(variant))
    last = writing.newest(variant, locale)
    said = shelf[variant.slot.schema].editor.said(last.content) if last else ""
    return _page(request, variant, locale, {"said": said, "seen": last.number if last else 0})


@desk("editor")
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft on the revision that was seen, or show what else was written meanwhile."""
    variant = _variant(request, pk, "editor")
    locale, said = request.POST.get("locale", ""), request.POST.get("said", "")
    kept = {"said": said, "seen": _seen(request.POST), "given": request.POST}
    if request.POST.get("act") == "show":
        return _page(request, variant, locale, kept)
    try:
        content = shelf[variant.slot.schema].editor.content(said)
        who = caller(request).actor
        done = writing.saved(variant, content, _seen(request.POST), who, locale)
    except InvalidError as fault:
        return _page(request, variant, locale, {**kept, "fault": fault}, status=422)
    if done.revision is None:
        editor = shelf[variant.slot.schema].editor
        theirs = done.theirs
        more = {"theirs": theirs, "theirs_said": editor.said(theirs.content) if theirs else ""}
        kept |= {**more, "seen": theirs.number if theirs else 0}
        return _page(request, variant, locale, kept, status=409)
    _told(request, variant, done.revision, fresh=done.fresh)
    return HttpResponseRedirect(_url(variant, locale))


@desk("viewer")
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what somebody would see of what is being written; nothing is kept."""
    variant = _variant(request, pk, "viewer")
    return JsonResponse(_shown(variant, request.POST))


@desk("owner")
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the variant, unless something uses it: then say what."""
    variant = _variant(request, pk, "owner")
    try:
        placings.delete(variant, caller(request).actor)
    except InvalidError as fault:
        said = gettext("Not deleted: %(message)s") % {"message": faults.said(fault)}
        messages.error(request, said)
        return HttpResponseRedirect(_url(variant, ""))
    messages.success(request, gettext("Deleted: %(name)s") % {"name": variant.slug})
    return HttpResponseRedirect(reverse("admin:content_variant_changelist"))


def _page(
    request: HttpRequest, variant: Variant, locale: str, kept: dict[str, Any], status: int = 200
) -> HttpResponse:
    site, given = variant.slot.site, kept.pop("given", None) or QueryDict()
    found = coverage.tongues(variant)
    asked = given.copy()
    asked["said"], asked["locale"] = kept["said"], locale
    kind = shelf[variant.slot.schema]
    context = {
        **standing.above(request, "variant", variant),
        **_standing(request, variant, locale),
        **kept,
        "variant": variant,
        "slot": variant.slot,
        "kind": kind,
        "editor": kind.editor,
        "locale": locale,
        "given": given,
        "tabs": variant_words.tabs(found, locale, pk=variant.pk),
        "covered": variant_words.covered(found),
        "chain": variant_words.steps(list(coverage.steps(variant, locale))),
        "used": [],
        "linked": variant_words.linked(linked.of(variant)),
        "uses": variant_words.uses(placings.of(variant)),
        "shown": _shown(variant, asked),
        "widths": WIDTHS,
        "may": {role: caller(request).may(role, site.pk) for role in ("editor", "owner")},
        "told": _page_told(variant, locale, kept["seen"]),
        "back": reverse("admin:content_variant_change", args=[variant.pk]),
        "back_name": variant.slug,
    }
    title = gettext("%(slot)s: variant %(name)s") % {"slot": variant.slot, "name": variant.slug}
    answer = render(request, "admin/desk/variant.html", title, **context)
    answer.status_code = status
    return answer


def _standing(request: HttpRequest, variant: Variant, locale: str) -> dict[str, Any]:
    """Return where the newest revision of this locale stands."""
    last = writing.newest(variant, locale)
    if last is None:
        return {"standing": None, "look": "", "live_one": None}
    newest = KIND.rows().get(pk=last.pk)
    look = reverse("desk:revision", args=["variant", last.pk])
    told = standing.of(request, KIND, newest)
    return {"standing": told, "look": look, "live_one": KIND.live(newest)}


def _page_told(variant: Variant, locale: str, seen: int) -> dict[str, Any]:
    names = vocabulary.of_site(variant.slot.site_id)["attributes"]
    shown = sorted(name for name in names if name.startswith(variant_words.SHOWABLE))
    return {
        "key": f"{variant.pk} {locale}",
        "seen": seen,
        "names": [{"path": name, "type": str(names[name])} for name in shown],
        "box": shelf[variant.slot.schema].editor.box,
        "show": reverse("desk:variant-show", args=[variant.pk]),
        "words": variant_words.all_of(),
    }


def _shown(variant: Variant, given: QueryDict) -> dict[str, Any]:
    """Return the preview: what is sent, each placeholder's value, or why there is none."""
    kind = shelf[variant.slot.schema]
    try:
        content = kind.editor.content(given.get("said", ""))
        found = showing.shown(variant, content, _who(given), clock.system)
    except (InvalidError, json.Malformed) as fault:
        return {"fault": f"{fault.at or '/'}: {faults.said(fault)}"}
    body = found.content[kind.editor.field]
    return variant_words.shown(str(found.content["type"]), body, found.values, given)


def _who(given: QueryDict) -> Who:
    by, name = given.get("by", ""), given.get("name", "").strip()
    test = given.get("test", "").strip()
    if by == "test":
        read = json.parse(test.encode("utf-8", "surrogatepass") or b"{}")
        return Who(test=read if isinstance(read, dict) else {"test": read})
    return Who(by, name)


def _told(request: HttpRequest, variant: Variant, made: VariantRevision, *, fresh: bool) -> None:
    """Say what became of it, and write it to the audit."""
    if not fresh:
        messages.info(request, gettext("Nothing changes: the draft says the same."))
        return
    diff = comparing.drafted(KIND, made)
    detail = {"number": made.number, "locale": made.locale, "diff": diff}
    audit.record(variant.slot.site_id, caller(request).actor, "drafted", variant, detail)
    said = gettext("Saved as draft %(number)s. Nobody sees it before it is published.")
    messages.success(request, said % {"number": made.number})


def _first(variant: Variant) -> str:
    """Return the locale a page opens with: the one that was written last."""
    last = variant.revisions.order_by("-pk").first()
    return last.locale if last else ""


def _seen(given: QueryDict) -> int:
    said = given.get("seen", "")
    return int(said[:9]) if said.isdecimal() else 0


def _url(variant: Variant, locale: str) -> str:
    query = urlencode({"locale": locale})
    return f"{reverse('desk:variant', args=[variant.pk])}?{query}"


def _variant(request: HttpRequest, pk: int, needs: str) -> Variant:
    found = get_object_or_404(Variant.objects.select_related("slot__site"), pk=pk)
    demand(request, needs, found.slot.site_id)
    return found
