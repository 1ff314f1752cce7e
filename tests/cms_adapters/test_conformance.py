"""Every adapter passes this, whatever its CMS: the signature, the hint, the entry, the sync."""

import ast
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms_adapters.messages import Later, Rejected, Request, Response, Source, Unreadable
from cms_adapters.registry import adapters
from tests.cms_adapters import silent, vendors
from tests.cms_adapters.vendors import NOW, OTHER, SECRET

MICRO = NOW * 1_000_000
VENDORS = (
    *(vendors.Standard, vendors.WordPress, vendors.Wagtail, vendors.DjangoCMS, vendors.Drupal),
    *(vendors.Contentful, silent.Strapi, silent.Directus),
)


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.name)
def cms(request):
    return request.param()


@pytest.fixture
def adapter(cms):
    return adapters[cms.name]


def read(adapter, cms, key="e1", verb="publish"):
    """Go the whole way: webhook, reference, call, answer, items."""
    request = cms.hint(key, verb)
    adapter.verify(request, cms.source, MICRO)
    found = []
    for reference in adapter.parse(request, cms.source):
        response = cms.serve(adapter.fetch(reference, cms.source))
        found += adapter.items(reference, response, cms.source)
    return found


def synced(adapter, cms, cursor=""):
    pages = []
    while cursor is not None:
        pages.append(adapter.page(cursor, cms.serve(adapter.sync(cursor, cms.source)), cms.source))
        cursor = pages[-1].next
    return pages


def test_every_adapter_is_tested():
    assert set(adapters) == {vendor.name for vendor in VENDORS}


def test_an_entry_is_what_the_cms_answers_and_not_what_the_webhook_said(adapter, cms):
    key = cms.key(1)
    cms.put(key, 3, "Fish & chips", "<p>Fresh</p>")
    (item,) = read(adapter, cms, key)
    assert (item.external_id, item.kind, item.locale) == (key, cms.kind, cms.locale)
    assert (item.title, item.published) == ("Fish & chips", True)
    assert item.html in ("<p>Fresh</p>", None)
    assert "<p>Fresh</p>" in (item.html, item.fields.get("body"))


def test_a_later_version_is_greater(adapter, cms):
    key, versions = cms.key(1), []
    for version in (1, 2, 300):
        cms.put(key, version)
        versions += [item.version for item in read(adapter, cms, key)]
    assert versions == sorted(set(versions))


@pytest.mark.parametrize("verb", ["unpublish", "delete"])
def test_what_is_no_more_is_found_to_be_so(adapter, cms, verb):
    key = cms.key(1)
    cms.put(key, 2, published=verb == "delete")
    if verb == "delete":
        del cms.entries[key]
    assert [item for item in read(adapter, cms, key, verb) if item.published] == []


def test_a_webhook_of_the_past_brings_the_present(adapter, cms):
    key = cms.key(1)
    old = cms.hint(key)
    cms.put(key, 9, "New")
    (reference,) = adapter.parse(old, cms.source)
    (item,) = adapter.items(reference, cms.serve(adapter.fetch(reference, cms.source)), cms.source)
    assert item.title == "New"


def test_another_secret_is_refused_and_two_are_live_while_one_is_replaced(adapter, cms):
    request = cms.hint(cms.key(1), secret=OTHER)
    with pytest.raises(Rejected) as refused:
        adapter.verify(request, cms.source, MICRO)
    assert refused.value.code == "signature"
    both = Source(cms.url, "token", (SECRET, OTHER), cms.options)
    adapter.verify(request, both, MICRO)
    adapter.verify(cms.hint(cms.key(1)), both, MICRO)


def test_without_secrets_nothing_is_taken(adapter, cms):
    with pytest.raises(Rejected):
        adapter.verify(cms.hint(cms.key(1)), Source(cms.url, options=cms.options), MICRO)


def test_an_unsigned_message_is_refused_as_such(adapter, cms):
    request = cms.hint(cms.key(1))
    with pytest.raises(Rejected) as refused:
        adapter.verify(Request(request.path, {}, request.body), cms.source, MICRO)
    assert refused.value.code == "unsigned"


def test_one_changed_byte_is_refused(adapter, cms):
    if not cms.signs:
        pytest.skip("this CMS signs nothing; its secret goes in a header")
    request = cms.hint(cms.key(1))
    for position in range(0, len(request.body), 7):
        body = bytearray(request.body)
        body[position] ^= 1
        with pytest.raises(Rejected) as refused:
            adapter.verify(Request(request.path, request.headers, bytes(body)), cms.source, MICRO)
        assert refused.value.code == "signature"


def test_a_replayed_message_is_refused_when_it_is_old(adapter, cms):
    if not cms.signs:
        pytest.skip("this CMS does not sign when it sent")
    request = cms.hint(cms.key(1))
    with pytest.raises(Rejected):
        adapter.verify(request, cms.source, MICRO + 3_600_000_000)
    with pytest.raises(Rejected):
        adapter.verify(cms.hint(cms.key(1), at=NOW + 3_600), cms.source, MICRO)


def test_a_repetition_is_known_by_its_name(adapter, cms):
    first, again = (cms.hint(cms.key(1), message="m1") for _ in range(2))
    other = cms.hint(cms.key(2), message="m2")
    assert adapter.identify(first) == adapter.identify(again)
    if adapter.identify(first):
        assert adapter.identify(first) != adapter.identify(other)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"3", b"[" * 100_000])
def test_what_is_no_object_is_malformed(adapter, cms, body):
    request = cms.hint(cms.key(1))
    with pytest.raises(Rejected) as refused:
        adapter.parse(Request(request.path, request.headers, body), cms.source)
    assert refused.value.code == "malformed"


WORDS = (
    "type data id event entry documentId collection keys key payload sys items meta fields next "
    "version gone title pagination pageCount"
)
SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SAID)
def test_whatever_is_said_gets_references_items_or_a_named_refusal(said):
    body = json.dumps(said).encode()
    for vendor in VENDORS:
        cms, adapter = vendor(), adapters[vendor.name]
        hint = cms.hint(cms.key(1))
        with suppress(Rejected):
            for reference in adapter.parse(Request("/", hint.headers, body), cms.source):
                assert adapter.fetch(reference, cms.source).url.startswith(cms.url)
        (reference,) = adapter.parse(hint, cms.source)
        with suppress(Unreadable):
            adapter.items(reference, Response(200, body), cms.source)
        with suppress(Unreadable):
            adapter.page("", Response(200, body), cms.source)


def test_a_busy_cms_is_asked_later_and_an_error_is_no_content(adapter, cms):
    (reference,) = adapter.parse(cms.hint(cms.key(1)), cms.source)
    for status in (429, 503):
        with pytest.raises(Later) as later:
            adapter.items(reference, Response(status, headers={"retry-after": "9"}), cms.source)
        assert later.value.seconds == 9
        dates = {
            "date": "Sat, 21 Nov 2026 06:00:00 GMT",
            "retry-after": "Sat, 21 Nov 2026 06:05:00 GMT",
        }
        for headers, seconds in ((dates, 300), ({"retry-after": "soon"}, 60), ({}, 60)):
            with pytest.raises(Later) as later:
                adapter.items(reference, Response(status, headers=headers), cms.source)
            assert later.value.seconds == seconds
        with pytest.raises(Later):
            adapter.page("", Response(status), cms.source)
    for response in (Response(500), Response(401, b"{}"), Response(302), Response(200, b"<html>")):
        with pytest.raises(Unreadable):
            adapter.items(reference, response, cms.source)
        with pytest.raises(Unreadable):
            adapter.page("", response, cms.source)


def test_a_wrong_token_deletes_nothing(adapter, cms):
    cms.put(cms.key(1), 1)
    (reference,) = adapter.parse(cms.hint(cms.key(1), "delete"), cms.source)
    wrong = Source(cms.url, "wrong", cms.source.secrets, cms.options)
    with pytest.raises(Unreadable):
        adapter.items(reference, cms.serve(adapter.fetch(reference, wrong)), wrong)


def test_a_sync_reads_everything_once_and_goes_on_where_it_was_broken_off(adapter, cms):
    for number in range(1, 251):
        cms.put(cms.key(number), number)
    pages = synced(adapter, cms)
    found = [item.external_id for page in pages for item in page.items]
    assert sorted(found) == sorted(cms.entries)
    resumed = synced(adapter, cms, pages[0].next)
    assert [p.items for p in resumed] == [p.items for p in pages[1:]]


def test_an_empty_cms_is_synced_in_one_sweep(adapter, cms):
    assert [item for page in synced(adapter, cms) for item in page.items] == []


def test_an_id_of_a_stranger_stays_one_part_of_the_address(adapter, cms):
    (reference,) = adapter.parse(cms.hint("../../users?x=1#"), cms.source)
    path = adapter.fetch(reference, cms.source).url.partition("?")[0]
    assert not {"..", "users"} & set(path.split("/"))
    with pytest.raises(Rejected):
        adapter.fetch(adapter.parse(cms.hint(".."), cms.source)[0], cms.source)


def test_no_adapter_opens_a_socket():
    folder = Path(__file__).resolve().parents[2] / "cms_adapters"
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            assert not {"socket", "http", "urllib.request", "requests"} & set(names), file


def spoiled(response, how_many):
    """Return a part of a sync in which the first entries are none any more."""
    told = json.loads(response.body)
    entries = told if isinstance(told, list) else told.get("items", told.get("data"))
    for number in range(how_many):
        entries[number] = {"sys": {"type": "Entry"}, "fields": {"title": {"en-US": "x"}}}
    return Response(response.status, json.dumps(told).encode(), response.headers)


def test_an_entry_that_cannot_be_read_keeps_no_other_from_being_read(adapter, cms):
    for number in (1, 2):
        cms.put(cms.key(number), 3)
    response = cms.serve(adapter.sync("", cms.source))
    page = adapter.page("", spoiled(response, 1), cms.source)
    whole = adapter.page("", response, cms.source)
    assert {item.external_id for item in page.items} == {whole.items[-1].external_id}
    assert (len(page.unread), whole.unread) == (1, ())
    assert (page.next, page.resume) == (whole.next, whole.resume)
    with pytest.raises(Unreadable):
        adapter.page("", spoiled(response, 2), cms.source)
