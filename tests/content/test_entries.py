"""Entries: whatever is read, in any order and as often as it likes, the newest stays."""

from __future__ import annotations

from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms_adapters.messages import Item, Reference
from personalization.content import entries, tombstones
from personalization.content.entries import Read
from personalization.content.sources import Entry, Source
from personalization.flows import keeping
from personalization.sites.models import Site

pytestmark = pytest.mark.django_db
LOCALES = ("de", "en")
KEY = "e1"


def item(version: int, locale: str = "", title: str = "", *, published: bool = True) -> Item:
    """Return an entry in one locale."""
    return Item(KEY, "page", locale, version, published, title or f"v{version}", {"n": version})


class Cms:
    """A CMS on paper: what it has now, changed step by step; deleting counts no version up."""

    def __init__(self) -> None:
        self.version = 0
        self.now: dict[str, tuple[int, str, bool]] = {}
        self.gone: dict[str, tuple[int, str, bool]] = {}

    def change(self, act: str, locale: str) -> None:
        if act in ("edit", "same second"):
            self.version += act == "edit"
            self.now[locale] = (self.version, f"{act} {len(self.now)} {self.version}", True)
            self.gone.pop(locale, None)
        elif act == "unpublish" and locale in self.now:
            version, title, _ = self.now[locale]
            self.now[locale] = (version, title, False)
        elif act == "delete" and locale in self.now:
            self.gone[locale] = self.now.pop(locale)
        elif act == "restore" and locale in self.gone:
            self.now[locale] = self.gone.pop(locale)
        elif act == "delete all":
            self.gone |= self.now
            self.now = {}

    def read(self, locale: str) -> tuple[Item, ...]:
        return tuple(
            item(version, name, title, published=published)
            for name, (version, title, published) in self.now.items()
            if locale in ("", name)
        )


class House:
    """Reads that begin and end whenever they like; what is doubtful is asked for anew."""

    def __init__(self, source: int, cms: Cms) -> None:
        self.source, self.cms, self.tick = source, cms, count(1)
        self.under_way: list[tuple[str, int, tuple[Item, ...]]] = []
        self.wanted: list[str] = []

    def begin(self, locale: str) -> None:
        self.under_way.append((locale, next(self.tick), self.cms.read(locale)))

    def end(self, number: int) -> None:
        locale, asked, items = self.under_way.pop(number % len(self.under_way))
        read = Read(asked, next(self.tick))
        with transaction.atomic():
            kept = keeping._found(self.source, Reference(KEY, "page", locale), items, read)
        self.wanted += [language for _, _, language in kept.doubtful if language != "*"]
        self.wanted += ["" for _, _, language in kept.doubtful if language == "*"]

    def quiet(self) -> int:
        """Finish everything; return how many reads it took."""
        for number in range(1_000):
            if self.under_way:
                self.end(0)
            elif self.wanted:
                self.begin(self.wanted.pop())
            else:
                return number
        raise AssertionError("it never comes to rest")

    def shown(self) -> dict[str, tuple[int, str]]:
        rows = Entry.objects.filter(source_id=self.source, status="published").exclude(locale="*")
        return {row.locale: (row.version, row.title) for row in rows}


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["edit", "edit", "same second", "unpublish", "delete", "restore"]),
            st.sampled_from(LOCALES),
        ),
        st.tuples(st.just("delete all"), st.just("")),
        st.tuples(st.just("begin"), st.sampled_from(["", *LOCALES])),
        st.tuples(st.just("end"), st.integers(0, 5)),
        st.tuples(st.just("replay"), st.integers(0, 20)),
    ),
    min_size=4,
    max_size=30,
)


def search(steps: list[tuple[str, object]]) -> None:
    site = Site.objects.create(slug=f"s{Site.objects.count()}", name="S")
    source = Source.objects.create(site=site, slug="c", adapter="standard")
    cms = Cms()
    house, past = House(source.pk, cms), []
    for act, what in steps:
        if act == "begin":
            house.begin(str(what))
            past.append(house.under_way[-1])
        elif act == "end" and house.under_way:
            house.end(int(str(what)))
        elif act == "replay" and past:
            house.under_way.append(past[int(str(what)) % len(past)])  # an old answer, once more
        elif act not in ("end", "replay"):
            cms.change(act, str(what))
    house.begin("")  # the hook of the last change asks last, and may be overtaken all the same
    house.under_way.reverse()
    house.quiet()
    expected = {name: (v, title) for name, (v, title, shown) in cms.now.items() if shown}
    assert house.shown() == expected


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_any_order_of_changes_and_reads_ends_in_the_newest_state(steps):
    with transaction.atomic():
        search(steps)
        transaction.set_rollback(True)


def test_a_locale_that_a_whole_read_lacked_is_not_brought_back_by_an_older_read():
    with transaction.atomic():
        search([("edit", "de"), ("begin", ""), ("delete all", ""), ("edit", "en")])
        transaction.set_rollback(True)


@pytest.mark.nightly
@settings(max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_any_order_at_night(steps):
    with transaction.atomic():
        search(steps)
        transaction.set_rollback(True)


TOLD = st.lists(
    st.tuples(st.sampled_from(["put", "put", "draft", "delete"]), st.integers(1, 6),
              st.sampled_from(["", "de"])),
    max_size=10, unique_by=lambda one: (one[1], one[2], one[0] == "delete"),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(TOLD, st.randoms(use_true_random=False))
def test_what_is_told_in_any_order_and_again_ends_in_the_highest_version(told, random):
    with transaction.atomic():
        ends = []
        for _ in range(2):
            random.shuffle(told)
            site = Site.objects.create(slug=f"s{Site.objects.count()}", name="S")
            source = Source.objects.create(site=site, slug="c", adapter="standard")
            for act, version, locale in [*told, *told[:3]]:
                read = Read(5, 5, pushed=True)
                if act == "delete":
                    reference = Reference(KEY, "page", locale)
                    tombstones.bury(source.pk, reference, read, version)
                else:
                    one = item(version, locale, published=act == "put")
                    entries.keep(source.pk, [one], read)
            rows = Entry.objects.filter(source=source, status="published").exclude(locale="*")
            ends.append(sorted(rows.values_list("locale", "version", "title")))
        assert ends[0] == ends[1] == _newest(told)
        transaction.set_rollback(True)


def _newest(told):
    """Say what stays: of each locale the highest version, where no deletion is as high."""
    found = []
    for language in ("", "de"):
        mine = [(v, a) for a, v, where in told if where == language and a != "delete"]
        ends = [v for a, v, where in told if a == "delete" and where in ("", language)]
        if mine and max(mine)[1] == "put" and max(mine)[0] > max(ends, default=0):
            found.append((language, max(mine)[0], f"v{max(mine)[0]}"))
    return found


def test_what_cannot_be_stored_harms_only_itself():
    site = Site.objects.create(slug="s", name="S")
    source = Source.objects.create(site=site, slug="c", adapter="standard")
    bad = [
        Item("a" * 300, "page", "", 1, published=True, title="", fields={}),
        Item("b", "page", "*", 1, published=True, title="", fields={}),
        Item("c", "page", "", -1, published=True, title="", fields={}),
        Item("d", "page", "", 1, published=True, title="", fields={"n": float("nan")}),
        Item("e", "page", "", 1, published=True, title="", fields={"n": "\ud800"}),
        Item("f", "page", "", 1, published=True, title="", fields={"n": 2**70}),
        Item("g", "page", "", 2**64, published=True, title="", fields={}),
        Item("j", "page", "", 1, published=True, title=["no text"], fields={}),
        Item("k", "page", "", 1, published=True, title="", fields={}, html=5),
        Item("l", "page", "", 1, published=True, title="", fields={}, url={"href": "/"}),
    ]
    deep = Item("h", "page", "", 1, published=True, title="x\0y\ud800", fields={},
                html="<div>" * 500 + "x", url="javascript:alert(1)")  # fmt: skip
    script = Item("i", "page", "", 1, published=True, title="", fields={},
                  html='<p onclick="x()">Hi<script>x()</script></p>')  # fmt: skip
    kept = entries.keep(source.pk, [*bad, deep, script, item(3)], Read(1, 1))
    assert sorted(key[0] for key in kept.changed) == ["e1", "h", "i"]
    assert len(kept.faults) == len(bad)
    rows = {row.external_id: row for row in Entry.objects.all()}
    assert (rows["h"].html, rows["h"].url) == (None, "")
    assert rows["i"].html == "<p>Hi</p>"
