"""Content types: one contract for all, and what each refuses, cleans and fills in."""

from __future__ import annotations

import pytest

from personalization.content import catalogue
from personalization.content.registry import shelf
from personalization.decisions.verdict import Verdict
from rules.errors import InvalidError

GOOD = {
    "html": {"html": "<p>Hi {{ traits.name }}</p>"},
    "text": {"text": "Hi {{ traits.name }}"},
    "json": {"json": {"greeting": "Hi {{ traits.name }}"}},
    "url": {"url": "/hello?name={{ traits.name }}"},
}
NAMES = {"traits.name": "<b>Ada</b>"}


@pytest.mark.parametrize("name", sorted(shelf))
def test_every_type_checks_prepares_and_renders(name):
    kind = shelf[name]
    kind.check(GOOD[name])
    prepared = kind.prepare(GOOD[name])
    assert kind.paths(prepared) == {"traits.name"}
    told = kind.render(prepared, NAMES.get)
    assert (set(told), told["type"]) == ({"type", name}, name)
    assert kind.render(prepared, {}.get)
    for bad in (None, {}, {name: None} if name != "json" else [], {"other": "x"}, 3):
        with pytest.raises(InvalidError):
            kind.check(bad)
    with pytest.raises(InvalidError):
        kind.check({name: "x" * 70_000})


@pytest.mark.parametrize(
    "raw",
    ["<script>alert(1)</script>", '<a href="javascript:alert(1)">x</a>', "<img src=x onerror=y>",
     "<svg><style><img src=x onerror=y></style></svg>", "<base href=//e>", "<form action=//e>",
     '<p style="background:url(//e)">', "<iframe src=//e></iframe>"],
)  # fmt: skip
def test_html_is_cleaned_of_what_could_run(raw):
    told = shelf["html"].render(shelf["html"].prepare({"html": raw}), NAMES.get)["html"]
    for word in ("script", "onerror", "style", "<base", "<form", "<iframe"):
        assert word not in told


def test_html_escapes_what_is_filled_in_and_refuses_depth():
    told = shelf["html"].render(shelf["html"].prepare(GOOD["html"]), NAMES.get)["html"]
    assert told == "<p>Hi &lt;b&gt;Ada&lt;/b&gt;</p>"
    with pytest.raises(InvalidError):
        shelf["html"].check({"html": "<div>" * 101})


@pytest.mark.parametrize("url", ["javascript:x", "data:text/html,x", " /a", "\\\\e", "", "ftp://e"])
def test_an_address_is_web_or_relative(url):
    with pytest.raises(InvalidError):
        shelf["url"].check({"url": url})


def _slot(**more):
    row = {"key": "hero", "schema": "text", "is_list": False, "fallback": ["gone", "base"],
           "swap": "now", "ttl": 60, "enabled": True,
           "variants": [["base", "", {"text": "Base"}], ["base", "de", {"text": "Basis"}],
                        ["a", "", {"text": "A {{ traits.name }}"}],
                        ["broken", "", {"text": 3}]]}  # fmt: skip
    return catalogue.assemble([row | more])["hero"]


def test_a_choice_that_cannot_be_shown_goes_down_the_chain():
    everywhere = catalogue.chain("de-AT", "en")
    slot = _slot()
    shown = slot.answer(Verdict(("a",), "r", 1, "SPLIT"), everywhere, {"traits.name": "x"}.get)
    assert (shown["content"]["text"], shown["fallback"], shown["row"]) == ("A x", 0, "r")
    assert shown["reason"] == "SPLIT"
    for missing in ("broken", "nowhere"):
        shown = slot.answer(Verdict((missing,), "r", 1, "TARGETING_MATCH"), everywhere, {}.get)
        assert (shown["variant"], shown["fallback"]) == ("base", 2)
        assert (shown["reason"], shown["row"]) == ("DEFAULT", None)
        assert shown["content"]["text"] == "Basis"
    shown = _slot(enabled=False).answer(Verdict(("a",), "r", 1, "SPLIT"), ("",), {}.get)
    assert (shown["variant"], shown["reason"]) == ("base", "DISABLED")
    shown = _slot(fallback=[]).answer(Verdict(), ("",), {}.get)
    assert (shown["variant"], shown["content"]) == (None, None)
