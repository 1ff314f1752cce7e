"""What every action passes: checked settings, one effect for one occasion, no surprise by data."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.push.registry import shelf as carriers
from personalization.segments import triggers
from personalization.segments.actions.registry import Message, Occasion, Parcel, shelf
from rules.errors import InvalidError

TEXT = '{{ traits.name | default:"you" }}, {{ properties.n }}'
SETTINGS: dict[str, dict[str, Any]] = {
    "trait": {"trait": "traits.a.b", "value": TEXT},
    "event": {"event": "Told", "properties": {"text": TEXT, "number": 3, "flag": True}},
    "webhook": {"url": "https://shop.example/hook", "include": ["traits.name", "derived.stage"]},
    "mail": {"subject": TEXT, "text": TEXT, "html": f"<p>{TEXT}</p>"},
    "cms_profile": {"url": "https://cms.example/wp-json/pzsrv/v1/hook"},
    "notification": {
        "service": "https://push.example/", "title": TEXT, "body": TEXT,
        "link": "https://shop.example/?u={{ traits.name }}",
    },
}  # fmt: skip
WHOLE = st.integers(-(2**63), 2**63 - 1)
"""Beyond these JSON is read as fractions: no whole number that is stored is any greater."""
HOSTILE = st.one_of(
    st.none(), st.booleans(), WHOLE, st.floats(), st.text(),
    st.sampled_from(["<script>", "a\r\nBcc: x@y.example", "{{ traits.name }}", "x" * 70_000, "\0"]),
    st.lists(st.text(), max_size=2), st.dictionaries(st.text(), st.text(), max_size=2),
)  # fmt: skip


def occasion(known: dict[str, Any]) -> Occasion:
    told = {"traits.email": "ann@shop.example", **known}
    said = ("welcome", 2, "event", 1_790_000_000_000_000, "5f" * 16, "ann", None)
    return Occasion(*said, {"event": "Bought", "properties": {}}, told.get)


@pytest.mark.parametrize("name", list(shelf))
def test_every_action_says_what_it_is_and_takes(name: str) -> None:
    action = shelf[name]
    assert action.label
    assert set(SETTINGS[name]) <= set(action.settings)
    triggers.check({"on": {"event": "X"}, "do": {"action": name, **SETTINGS[name]}})


@pytest.mark.parametrize("name", list(shelf))
@given(value=HOSTILE, other=HOSTILE)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_person_said_gives_one_effect_or_a_reason(
    name: str, value: Any, other: Any
) -> None:
    action = shelf[name]
    prepared = action.check(SETTINGS[name], "/do")
    who = occasion({"traits.name": value, "properties.n": other, "derived.stage": value})
    try:
        effect = action.effect(prepared, who)
    except InvalidError as fault:
        found = fault.code
        assert found in {"too_long", "no_address", "segment"}
        return
    assert repr(action.effect(prepared, who)) == repr(effect)
    if isinstance(effect, Parcel):
        assert effect.carrier in carriers
        orjson.dumps(effect.payload, default=str)
    else:
        assert isinstance(effect, Message)
        assert effect.fields["type"] in {"identify", "track"}
        assert not {"userId", "anonymousId", "messageId", "timestamp"} & set(effect.fields)


@pytest.mark.parametrize("name", list(shelf))
@given(bad=HOSTILE, at=st.integers(0, 5))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_set_is_taken_or_refused_at_its_place(name: str, bad: Any, at: int) -> None:
    told = dict(SETTINGS[name])
    told[list(told)[at % len(told)]] = bad
    try:
        shelf[name].check(told, "/do")
    except InvalidError as fault:
        place = fault.at
        assert place.startswith("/do")


@pytest.mark.parametrize("name", list(shelf))
def test_a_strange_setting_and_a_missing_one_are_named(name: str) -> None:
    with pytest.raises(InvalidError, match="/do/stray"):
        shelf[name].check({**SETTINGS[name], "stray": 1}, "/do")
    with pytest.raises(InvalidError):
        shelf[name].check({}, "/do")


HOOK = {"action": "webhook", "url": "https://shop.example/"}
X = {"event": "X"}
OF_CONTEXT = {"attribute": "context.ip", "operator": "is_known"}
MAIL = {"action": "mail", "subject": "a", "text": "b"}
PUSH = {"action": "notification", "service": "https://p.example", "title": "a", "body": "b"}
WRONG = [
    ({}, ""),
    ({"on": {}, "do": HOOK}, "/on"),
    ({"on": {"entered": "a", "exited": "b"}, "do": HOOK}, "/on"),
    ({"on": {"entered": "a", "where": {"everyone": True}}, "do": HOOK}, "/on"),
    ({"on": {"event": ""}, "do": HOOK}, "/on/event"),
    ({"on": {"event": "X", "where": {"segment": "a"}}, "do": HOOK}, "/on/where"),
    ({"on": X, "do": {}}, "/do/action"),
    ({"on": X, "do": []}, "/do"),
    ({"on": X, "do": {"action": "exec"}}, "/do/action"),
    ({"on": X, "do": HOOK, "when": {"event": "Y"}}, "/when"),
    ({"on": X, "do": HOOK, "when": OF_CONTEXT}, "/when/attribute"),
    ({"on": X, "do": HOOK, "purpose": "fun"}, "/purpose"),
    ({"on": X, "do": HOOK, "cap": {"times": 0, "per": "1d"}}, "/cap/times"),
    ({"on": X, "do": HOOK, "cap": {"times": 1}}, "/cap"),
    ({"on": X, "do": HOOK, "cap": {"times": 1, "per": "never"}}, "/cap/per"),
    ({"on": X, "do": HOOK, "hops": 11}, "/hops"),
    ({"on": X, "do": {**HOOK, "url": "http://u:p@shop.example"}}, "/do/url"),
    ({"on": X, "do": {**HOOK, "include": ["context.ip"]}}, "/do/include"),
    ({"on": X, "purpose": "necessary", "do": MAIL}, "/purpose"),
    ({"on": X, "do": {**MAIL, "subject": "a\nb"}}, "/do/subject"),
    ({"on": X, "do": {**MAIL, "html": "<a {{ traits.x }}>"}}, "/do/html"),
    ({"on": X, "do": {"action": "trait", "trait": "plan", "value": 1}}, "/do/trait"),
    ({"on": X, "do": {"action": "trait", "trait": "traits.a", "value": [1]}}, "/do/value"),
    ({"on": X, "do": {**PUSH, "link": "javascript:x"}}, "/do/link"),
]


@pytest.mark.parametrize(("document", "at"), WRONG)
def test_what_is_wrong_is_refused_at_its_place(document: dict[str, Any], at: str) -> None:
    with pytest.raises(InvalidError) as refused:
        triggers.check(document)
    assert refused.value.at == at
