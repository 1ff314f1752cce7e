"""The page of a variant: written per locale, shown as somebody sees it, nothing lost or misused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from cms_adapters.messages import Item
from personalization.content import drafts, entries, linked, writing
from personalization.content.entries import Read
from personalization.content.models import Slot, Variant
from personalization.content.registry import shelf
from personalization.content.sources import Binding
from personalization.decisions import drafts as matrices
from personalization.flows import placings, publication
from personalization.sites import keys
from personalization.sites.models import AuditEntry
from rules.errors import InvalidError
from tests import estate
from tests.estate import signed_in

pytestmark = pytest.mark.django_db
HELLO = '<p onclick="x()">Hi {{ traits.name | default: "friend" }}<script>x()</script></p>'


def opened(client: Client, variant: Variant, **asked: str) -> Any:
    return client.get(reverse("desk:variant", args=[variant.pk]), asked)


def sent(client: Client, variant: Variant, verb: str = "save", **said: Any) -> Any:
    return client.post(reverse(f"desk:variant-{verb}", args=[variant.pk]), said)


def live(variant: Variant, text: str, locale: str) -> None:
    made = drafts.draft(variant, {"html": f"<p>{text}</p>"}, "ann", locale)
    publication.publish_variant(made.pk, "ann")


def test_a_draft_is_written_on_what_was_seen_and_nothing_twice(editor, mine):
    page = opened(editor, mine.variant)
    assert (page.context["said"], page.context["seen"]) == ("<p>newer</p>", 2)
    said = {"said": "<p>newest</p>", "seen": "2", "locale": ""}
    assert sent(editor, mine.variant, **said).status_code == 302
    assert sent(editor, mine.variant, **said).status_code == 302
    newest = writing.newest(mine.variant, "")
    assert (newest.number, newest.content) == (3, {"html": "<p>newest</p>"})
    entry = AuditEntry.objects.filter(action="drafted", object_type="variant").latest("pk")
    assert (entry.detail["number"], entry.actor) == (3, "a-editor")


def test_two_editors_never_lose_each_other_s_text(editor, mine):
    other = signed_in(mine, "publisher")
    sent(other, mine.variant, said="<p>theirs</p>", seen="2", locale="")
    answer = sent(editor, mine.variant, said="<p>ours</p>", seen="2", locale="")
    assert answer.status_code == 409
    assert (answer.context["said"], answer.context["theirs_said"]) == (
        "<p>ours</p>",
        "<p>theirs</p>",
    )
    assert b"a-publisher" in answer.content
    assert mine.variant.revisions.count() == 3
    again = {"said": "<p>ours</p>", "seen": str(answer.context["seen"]), "locale": ""}
    assert sent(editor, mine.variant, **again).status_code == 302
    assert writing.newest(mine.variant, "").content == {"html": "<p>ours</p>"}


def test_what_cannot_be_read_stays_in_the_box_with_its_fault(editor, mine):
    text = "<p>{{ secrets.card }}</p>"
    answer = sent(editor, mine.variant, said=text, seen="2", locale="")
    assert (answer.status_code, answer.context["said"]) == (422, text)
    assert "secrets.card" in answer.context["fault"].message
    odd = sent(editor, mine.variant, said="<p>x</p>", seen="0", locale="../x")
    assert (odd.status_code, mine.variant.revisions.count()) == (422, 2)


def test_every_locale_has_a_tab_and_says_where_it_falls_back_to(editor, mine):
    live(mine.variant, "deutsch", "de")
    Variant.objects.create(slot=mine.slot, slug="other")
    live(Variant.objects.get(slug="other", slot=mine.slot), "francais", "fr")
    page = opened(editor, mine.variant, locale="de")
    tabs = {tab["name"]: tab["said"] for tab in page.context["tabs"]}
    assert tabs == {
        "every locale": "live, and a draft", "de": "live", "en": "nothing", "fr": "nothing",
    }  # fmt: skip
    said = page.context["covered"]
    assert said.startswith("Live in 1 of 3 locales.")
    assert "fr falls back to every locale." in said
    assert page.context["said"] == "<p>deutsch</p>"
    assert opened(editor, mine.variant, locale="nl").context["said"] == ""


def test_the_chain_ends_in_the_page_and_names_what_is_shown(editor, mine):
    steps = opened(editor, mine.variant, locale="de-AT").context["chain"]
    assert [(step["words"], step["live"], step["shown"]) for step in steps] == [
        ("this variant in de-AT", False, False),
        ("this variant in de", False, False),
        ("this variant in en", False, False),
        ("this variant in every locale", True, True),
        ("the slot's fallback baseline", True, False),
        ("what stands in the page itself", True, False),
    ]


def test_the_preview_is_clean_filled_and_runs_nothing(editor, mine):
    told = sent(editor, mine.variant, "show", said=HELLO, by="test", test="{}").json()
    assert "Hi friend" in told["document"]
    assert "script" not in told["document"]
    assert "onclick" not in told["document"]
    assert told["values"] == [{"path": "traits.name", "value": "", "known": False}]
    ann = '{"traits": {"name": "<b>Ann</b>"}}'
    told = sent(editor, mine.variant, "show", said=HELLO, by="test", test=ann).json()
    assert "Hi &lt;b&gt;Ann&lt;/b&gt;" in told["document"]
    outside = '<img src="https://x.example/a.png" alt="a"><img src="/a.png" alt="b">'
    told = sent(editor, mine.variant, "show", said=outside).json()
    assert "x.example" not in told["document"]
    assert 'src="/a.png"' in told["document"]
    page = sent(editor, mine.variant, said=HELLO, seen="2", act="show", by="test", test=ann)
    assert (page.status_code, page.context["said"]) == (200, HELLO)
    assert b'sandbox=""' in page.content
    assert mine.variant.revisions.count() == 2


def test_a_visitor_who_is_not_known_is_told_and_one_who_is_fills_it(editor, mine):
    told = sent(editor, mine.variant, "show", said=HELLO, by="userId", name="nobody").json()
    assert "expected somebody this site has heard of" in told["fault"]
    told = sent(editor, mine.variant, "show", said=HELLO, by="userId", name="ann").json()
    assert "Hi friend" in told["document"]
    for odd in ("{", "[]", '{"traits": 1}'):
        assert sent(editor, mine.variant, "show", said=HELLO, by="test", test=odd).json()["fault"]


@pytest.mark.parametrize(
    ("schema", "said", "content", "text"),
    [
        ("text", "Hi\r\n<b>", {"text": "Hi\n<b>"}, "Hi\n<b>"),
        ("url", "/sale", {"url": "/sale"}, "/sale"),
        ("json", '{"a": [1]}', {"json": {"a": [1]}}, '{\n  "a": [\n    1\n  ]\n}'),
    ],
)
def test_each_type_has_its_editor(editor, mine, schema, said, content, text):
    slot = Slot.objects.create(site=mine.site, key=f"a.{schema}", schema=schema)
    variant = Variant.objects.create(slot=slot, slug="a")
    assert sent(editor, variant, said=said, seen="0", locale="").status_code == 302
    assert writing.newest(variant, "").content == content
    page = opened(editor, variant)
    assert page.context["said"] == shelf[schema].editor.said(content)
    assert page.context["shown"]["text"] == text


def test_json_that_cannot_be_read_is_refused_with_its_line(editor, mine):
    slot = Slot.objects.create(site=mine.site, key="a.json", schema="json")
    variant = Variant.objects.create(slot=slot, slug="a")
    answer = sent(editor, variant, said='{\n"a": }', seen="0", locale="")
    assert answer.status_code == 422
    assert "line 2" in answer.context["fault"].message


def test_every_content_type_gives_back_what_was_written():
    for name, kind in shelf.items():
        content = {name: "x"}
        assert kind.editor.content(kind.editor.said(content)) == content


def test_where_it_is_used_is_told_with_links_and_deleting_is_refused(mine):
    owner = signed_in(mine, "owner")
    found = [use["words"] for use in opened(owner, mine.variant).context["uses"]]
    assert found == ["matrix of home.hero, r1: row 1", "slot home.hero: fallback"]
    answer = sent(owner, mine.variant, "delete")
    assert answer.status_code == 302
    said = str(next(iter(opened(owner, mine.variant).context["messages"])))
    assert "matrix" in said
    assert "slot home.hero" in said
    unused = Variant.objects.create(slot=mine.slot, slug="unused")
    assert sent(owner, unused, "delete").status_code == 302
    assert not Variant.objects.filter(slug="unused").exists()
    assert AuditEntry.objects.filter(action="deleted", object_type="variant").exists()


def test_a_draft_that_names_a_variant_is_a_use(mine):
    variant = Variant.objects.create(slot=mine.slot, slug="soon")
    matrices.draft(mine.matrix, estate.document("home.hero", "soon"), "ann")
    [use] = placings.of(variant)
    assert (use.number, use.row, use.live) == (3, 1, False)
    with pytest.raises(InvalidError, match="matrix"):
        placings.delete(variant, "ann")


def test_the_api_refuses_to_delete_what_is_in_use_and_tells_the_uses(mine):
    _, secret = keys.mint(mine.site, "mk", "owner", "owner")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    at = f"/api/v1/variants/{mine.variant.pk}/"
    refused = client.delete(at, headers={"If-Match": "*"})
    assert refused.status_code == 409
    assert "matrix" in refused.json()["error"]["message"]
    unused = Variant.objects.create(slot=mine.slot, slug="unused")
    gone = client.delete(f"/api/v1/variants/{unused.pk}/", headers={"If-Match": "*"})
    assert gone.status_code == 204


def test_the_entry_s_state_is_what_the_cms_last_said(editor, mine):
    def state() -> str:
        found = linked.of(mine.variant)
        assert found is not None
        return found.state

    assert state() == "stale"
    Binding.objects.filter(pk=mine.binding.pk).update(stale=False)
    assert state() == "in_sync"
    Binding.objects.filter(pk=mine.binding.pk).update(fault="too large")
    assert state() == "unusable"
    item = Item("7", "posts", "", 2, published=False, title="Sale", fields={}, html=None)
    entries.keep(mine.source.pk, [item], Read(estate.AT + 1, estate.AT + 2, pushed=True))
    assert state() == "unpublished"
    mine.binding.entries().update(status="deleted")
    assert state() == "deleted"
    page = opened(editor, mine.variant)
    assert "deleted in the CMS" in page.content.decode()
    mine.binding.entries().delete()
    assert state() == "unread"


def test_who_may_only_look_writes_nothing_and_a_stranger_learns_nothing(mine):
    viewer, stranger = signed_in(mine, "viewer"), signed_in(estate.found("other"), "owner")
    assert b"readonly" in opened(viewer, mine.variant).content
    assert sent(viewer, mine.variant, "show", said=HELLO).status_code == 200
    assert sent(viewer, mine.variant, said="x", seen="2").status_code == 403
    assert sent(viewer, mine.variant, "delete").status_code == 403
    assert opened(stranger, mine.variant).status_code == 404
    assert sent(stranger, mine.variant, "show", said=HELLO).status_code == 404
