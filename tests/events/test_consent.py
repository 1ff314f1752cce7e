"""Consent in a call: read from categories and TCF, in the ledger and the outbox before the 200."""

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personalization.events import consent_signals
from personalization.events.models import Packed
from personalization.plant.json import Malformed
from personalization.profiles.models import ConsentEntry
from personalization.push.models import Outbox
from personalization.sites.naming import identity_hex, message_id
from tests.events.ground import laid, stored  # noqa: F401 - a fixture
from tests.waiting import until

SIZES = [6, 36, 36, 12, 12, 6, 12, 12, 6, 1, 1, 12]
"""The fields of a TC string's core before the purposes: from version to special features."""


def tc(purposes, version=2, specific=1):
    values = [version, 1, 1, 7, 1, 1, 5, 300, 4, specific, 0, 0]
    bits = "".join(f"{value:0{size}b}" for value, size in zip(values, SIZES, strict=True))
    bits += "".join(str(int(n in purposes)) for n in range(1, 25)) + "0" * 24
    bits += "0" * (-len(bits) % 8)
    raw = int(bits, 2).to_bytes(len(bits) // 8)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=") + ".IFoEUQQgAIQwgIwQABAEAAAA"


@given(st.sets(st.integers(1, 24)))
def test_a_tc_string_grants_a_purpose_when_all_its_purposes_are_granted(purposes):
    assert consent_signals.purposes(tc(purposes)) == {
        "analytics": purposes >= {1, 8},
        "personalization": purposes >= {1, 5, 6},
        "marketing": purposes >= {1, 3, 4},
    }


def test_a_global_string_grants_nothing():
    assert not any(consent_signals.purposes(tc(set(range(1, 25)), specific=0)).values())


@pytest.mark.parametrize("text", ["", "!!!", "CO", 5, "A" * 9_000, tc({1}, version=1)])
def test_what_is_no_tc_string_is_named(text):
    with pytest.raises(Malformed) as caught:
        consent_signals.said({"tcString": text})
    assert caught.value.at == "/context/consent/tcString"


def test_the_no_wins_where_two_words_disagree():
    both = {"Advertising": True, "C0004": False, "unknown": True}
    assert consent_signals.said({"categoryPreferences": both}) == {"marketing": False}
    against = {"categoryPreferences": {"analytics": True}, "tcString": tc({1, 5, 6})}
    assert consent_signals.said(against)["analytics"] is False
    assert consent_signals.said({}) is None


def at(second):
    return f"2026-01-01T00:00:{second:02}.000Z"


def says(second, **purposes):
    consent = {"consent": {"categoryPreferences": purposes}}
    return {"type": "page", "anonymousId": "a", "timestamp": at(second), "context": consent}


def ledger():
    return list(ConsentEntry.objects.order_by("at", "id").values_list("purpose", "granted"))


def letters():
    return [orjson.loads(bytes(row.payload)) for row in Outbox.objects.order_by("id")]


@stored
def test_a_word_is_in_the_ledger_and_the_outbox_before_the_answer(ground):
    ground.post("/v1/page", says(1, personalization=False))
    assert ledger() == [("personalization", False)]
    (letter,) = Outbox.objects.all()
    identity = identity_hex(ground.site.pk, "anonymous", "a")
    assert (letter.kind, letter.subject) == ("consent", identity)
    told = letters()[0]
    assert (told["identity"], told["consent"]) == (identity, {"personalization": False})


@stored
def test_a_word_that_is_repeated_is_written_once(ground):
    for second in range(3):
        ground.post("/v1/page", says(second, analytics=True))
    ground.post("/v1/batch", {"batch": [says(second, analytics=True) for second in range(3, 9)]})
    assert ledger() == [("analytics", True)]
    assert len(letters()) == 1


@stored
def test_every_turn_in_one_batch_is_written(ground):
    words = [True, False, False, True]
    ground.post("/v1/batch", {"batch": [says(n, marketing=word) for n, word in enumerate(words)]})
    assert [granted for _, granted in ledger()] == [True, False, True]
    assert letters()[-1]["consent"] == {"marketing": True}


@stored
def test_a_late_old_grant_opens_nothing_again(ground):
    ground.post("/v1/page", says(5, personalization=False))
    ground.post("/v1/page", says(1, personalization=True))
    assert ledger() == [("personalization", True), ("personalization", False)]
    assert [letter["consent"] for letter in letters()] == [{"personalization": False}] * 2


@stored
def test_a_claimed_user_is_not_spoken_for_and_a_verified_one_is(ground):
    event = says(1, personalization=True) | {"userId": "ada"}
    ground.post("/v1/page", event)
    user = identity_hex(ground.site.pk, "user", "ada")
    told = {entry.identity.hex for entry in ConsentEntry.objects.all()}
    assert user not in told
    ground.post("/v1/page", event, ground.server)
    assert ConsentEntry.objects.filter(identity=user).count() == 1


@stored
def test_a_no_is_heard_though_the_lane_takes_nothing_in(ground):
    ground.track(messageId="first")
    Packed.objects.update(received_at=1)
    until(lambda: ground.track(messageId="refused").status_code == 429, 30)
    said = {"personalization": False, "analytics": True}
    answer = ground.track(context={"consent": {"categoryPreferences": said}}, messageId="no")
    assert answer.status_code == 429
    assert [(e.purpose, e.granted) for e in ConsentEntry.objects.all()] == [
        ("personalization", False)
    ]
    assert Outbox.objects.filter(kind="consent").count() == 1
    assert message_id("no").hex not in {head[0] for head, _ in ground.stored()}
    batch = [{"type": "track", "event": "Seen", "anonymousId": "b", "properties": {"x": "y" * 5000},
              "context": {"consent": {"categoryPreferences": said}}}]  # fmt: skip
    assert ground.post("/v1/batch", {"batch": batch}).status_code == 429
    assert ConsentEntry.objects.count() == 1
