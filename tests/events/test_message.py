"""One message at the edge: what is packed, what is corrected, and which field is at fault."""

import contextlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personalization.events import message
from personalization.events.message import IMPORT, Call, read
from personalization.plant import json
from personalization.plant.json import Malformed

NOW = 1_795_251_600_000_000
CALL = Call(1, "live", NOW)
BASE = {"type": "track", "event": "E", "anonymousId": "a", "messageId": "m"}


def head(event, call=CALL, kind=None):
    return orjson.loads(read(event, kind, call).head)


def at_fault(event, call=CALL, kind=None):
    with pytest.raises(Malformed) as caught:
        read(event, kind, call)
    return caught.value.code, caught.value.at


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"type": "nonsense"}, ("unknown_type", "/type")),
        ({"type": None}, ("unknown_type", "/type")),
        ({"type": ["track"]}, ("unknown_type", "/type")),
        ({"event": None}, ("missing", "/event")),
        ({"event": {"a": 1}}, ("invalid_id", "/event")),
        ({"event": "e" * 256}, ("too_long", "/event")),
        ({"anonymousId": ""}, ("no_identity", "/anonymousId")),
        ({"anonymousId": 1.5}, ("invalid_id", "/anonymousId")),
        ({"userId": True}, ("invalid_id", "/userId")),
        ({"messageId": ["m"]}, ("invalid_id", "/messageId")),
        ({"properties": []}, ("not_an_object", "/properties")),
        ({"context": "x"}, ("not_an_object", "/context")),
        ({"traits": 1}, ("not_an_object", "/traits")),
        ({"timestamp": "yesterday"}, ("invalid_time", "/timestamp")),
        ({"timestamp": "2026-11-21"}, ("invalid_time", "/timestamp")),
        ({"timestamp": "2026-11-21T10:00:00"}, ("invalid_time", "/timestamp")),
        ({"timestamp": "2026-W47-6T10:00:00Z"}, ("invalid_time", "/timestamp")),
        ({"timestamp": 1795251600}, ("invalid_time", "/timestamp")),
        ({"timestamp": "1969-12-31T23:59:59Z"}, ("invalid_time", "/timestamp")),
        ({"originalTimestamp": "2026-13-01T00:00:00Z"}, ("invalid_time", "/originalTimestamp")),
        ({"type": "alias"}, ("missing", "/previousId")),
        ({"type": "group"}, ("missing", "/groupId")),
        ({"properties": {"a": "x" * 33_000}}, ("too_large", "")),
        ({"properties": {str(n): n for n in range(1_001)}}, ("too_many_keys", "/properties")),
        ({"context": {"consent": 1}}, ("invalid_consent", "/context/consent")),
    ],
)
def test_a_fault_names_its_field(change, fault):
    assert at_fault(BASE | change) == fault


@pytest.mark.parametrize("event", [None, 1, "x", [], [BASE], True])
def test_what_is_no_object_is_no_event(event):
    assert at_fault(event) == ("not_an_object", "")


def test_an_import_takes_an_invoice_of_a_thousand_lines():
    lines = [{"sku": str(n), "quantity": 1, "price": 1.5, "name": "n" * 40} for n in range(1_114)]
    event = BASE | {"properties": {"products": lines}}
    assert at_fault(event) == ("too_large", "")
    assert read(event, None, Call(1, "import", NOW, limits=IMPORT)).body


def test_deep_nesting_is_named():
    deep: dict[str, object] = {}
    for _ in range(40):
        deep = {"a": deep}
    code, at = at_fault(BASE | {"properties": deep})
    assert (code, at[:15]) == ("too_deep", "/properties/a/a")


def test_the_path_decides_the_kind():
    assert head({"userId": "u", "type": "track"}, kind="identify")[2:4] == ["identify", "Identify"]


def test_a_missing_message_id_is_made_up_and_never_the_same():
    event = {"type": "page", "anonymousId": "a"}
    assert head(event)[0] != head(event)[0]


def test_numbers_as_ids_are_taken_as_text():
    assert head(BASE | {"userId": 42})[8] == "42"


def test_a_retry_hashes_the_same_and_another_body_does_not():
    event = BASE | {"timestamp": "2026-11-21T08:00:00Z", "properties": {"a": 1}}
    again = Call(1, "live", NOW + 5_000_000, sent_at=NOW)
    same = event | {"sentAt": "2026-11-21T08:00:09Z", "_metadata": {"retryCount": 2}}
    assert head(event)[:2] == head(same, again)[:2]
    other = head(event | {"properties": {"a": 2}})
    assert (other[0], other[1] == head(event)[1]) == (head(event)[0], False)


def at(event, **call):
    found = head(BASE | event, Call(1, received_at=NOW, **{"lane": "live"} | call))
    return found[4] - NOW, found[6]


SECOND = 1_000_000
RECEIVED = "2026-11-21T09:00:00Z"


def test_the_time_is_corrected_by_the_clients_own_clock():
    # The client's clock is a day behind; the event waited ten seconds in its queue.
    said = {"originalTimestamp": "2026-11-20T09:00:00Z", "sentAt": "2026-11-20T09:00:10Z"}
    assert at(said) == (-10 * SECOND, "")
    assert (
        at({"timestamp": "2026-11-20T09:00:00.000Z"}, sent_at=NOW - 86_390 * SECOND)[0]
        == -10 * SECOND
    )


def test_without_sent_at_the_time_stands():
    assert at({"timestamp": "2026-11-21T10:59:59.5+02:00"}) == (-SECOND // 2, "")
    assert at({}) == (0, "")


def test_the_future_is_clamped_to_receipt_and_marked():
    assert at({"timestamp": "2027-01-01T00:00:00Z"}) == (0, "future")
    assert at({"timestamp": RECEIVED}) == (0, "")


def test_an_import_takes_the_timestamp_as_it_is():
    said = {"timestamp": "2011-01-01T00:00:00Z", "sentAt": "2011-01-02T00:00:00Z"}
    assert at(said, lane="import", sent_at=NOW)[0] == (1_293_840_000 * SECOND) - NOW


def test_a_leap_second_and_nine_digits_are_read():
    assert at({"timestamp": "2016-12-31T23:59:60Z"})[0] == 1_483_228_800 * SECOND - 1 - NOW
    assert at({"timestamp": "2026-11-21T08:59:59.123456789Z"}) == (123_456 - SECOND, "")


def test_unknown_fields_are_kept_as_extra_and_the_clients_own_are_not():
    event = BASE | {"channel": "server", "writeKey": "pk", "integrations": {}, "odd": {"x": 1}}
    assert orjson.loads(read(event, None, CALL).body) == {"extra": {"odd": {"x": 1}}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from([*message.KNOWN, "extra", ""])


@given(st.dictionaries(FIELDS, JSON, max_size=8), st.sampled_from([None, *message.KINDS]))
def test_whatever_comes_is_packed_or_named(event, kind):
    with contextlib.suppress(Malformed):
        taken = read(event, kind, Call(1, "live", NOW, suspect=True))
        assert b"\n" not in taken.head + taken.body
        assert len(orjson.loads(taken.head)) == 13
        assert json.parse(taken.body, IMPORT) is not None


@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_whatever_bytes_come_are_json_or_malformed(body):
    with contextlib.suppress(Malformed):
        json.parse(body)
