"""Placeholders show a value and can do nothing else, wherever they stand."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.placeholders import check_html, parse, render

PREFIXES = ("traits.", "context.")
NASTY = [
    "<script>x</script>",
    '" onload="x',
    "' x='",
    "javascript:alert(1)",
    "java\tscript:x",
    "&#58;",
]
values = st.one_of(st.sampled_from(NASTY), st.text(), st.integers(), st.floats(), st.booleans())


def filled(source, value, kind="html"):
    return render(parse(source, kind=kind, prefixes=PREFIXES), {"traits.x": value}.get)


class Seen(HTMLParser):
    """What a parser of HTML makes of a rendered template."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, [name for name, _ in attrs]))
        self.values = [value for _, value in attrs]

    def handle_data(self, data):
        self.text += data


@given(values)
def test_no_value_adds_a_tag_or_an_attribute(value):
    rendered = filled("<p title=\"{{ traits.x }}\" lang='{{traits.x}}'>{{ traits.x }}</p>", value)
    assert Seen(rendered).tags == [("p", ["title", "lang"])]


@given(values)
def test_no_value_changes_the_scheme_of_a_link(value):
    for source in (
        '<a href="{{ traits.x }}">',
        '<a href=" {{ traits.x }}/a">',
        '<a href="/u/{{ traits.x }}?q={{ traits.x }}">',
        '<a href="https://example.org/{{ traits.x }}">',
    ):
        (link,) = Seen(filled(source, value)).values
        assert urlsplit(link.strip()).scheme in ("", "http", "https")


@given(values)
def test_a_value_in_a_json_string_stays_in_it(value):
    rendered = filled('{"a": "Hi {{ traits.x }}!", "b": [1]}', value, kind="json")
    assert set(json.loads(rendered)) == {"a", "b"}
    assert "<" not in rendered


@given(st.text())
def test_text_comes_through_as_it_is_to_a_reader(value):
    shown = "".join(sign for sign in value if sign >= " " or sign in "\n\t")
    shown = shown.encode(errors="replace").decode()
    assert filled("{{ traits.x }}", value, kind="text") == shown
    assert Seen("<p>" + filled("{{ traits.x }}", value)).text == shown


@given(st.text(alphabet="{}|\":x. traits\\<>=/'", max_size=40))
def test_any_source_is_parsed_or_refused(source):
    try:
        template = parse(source, kind="html", prefixes=PREFIXES)
    except InvalidError:
        return
    assert isinstance(render(template, {"traits.x": "<"}.get), str)


@pytest.mark.parametrize(
    "source",
    [
        "<{{ traits.x }}>",
        "</{{ traits.x }}>",
        "<p {{ traits.x }}>",
        "<p a{{ traits.x }}>",
        "<p title={{ traits.x }}>",
        "<p title=a{{ traits.x }}>",
        "<!-- {{ traits.x }} -->",
        "<script>{{ traits.x }}</script>",
        "<style>{{ traits.x }}</style>",
        "<textarea>{{ traits.x }}</textarea>",
        '<p onclick="{{ traits.x }}">',
        '<p style="{{ traits.x }}">',
        '<p STYLE="{{ traits.x }}">',
        '<iframe srcdoc="{{ traits.x }}">',
        '<script src="{{ traits.x }}">',
        '<base href="{{ traits.x }}">',
        '<a href="javascript:{{ traits.x }}">',
        '<a href="java&#115;cript&colon;{{ traits.x }}">',
        '<a href="{{ traits.x }}:alert(1)">',
        '<a href="{{ traits.x }}{{ traits.x }}">',
        '<a href="java{{ traits.x }}script:alert(1)">',
        '<svg><a xlink:href="javascript:{{ traits.x }}">',
    ],
)
def test_html_takes_placeholders_in_text_and_quoted_attributes_only(source):
    with pytest.raises(InvalidError):
        check_html(source, prefixes=PREFIXES)


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ traits.x }}</p>",
        "1 < 2 {{ traits.x }}",
        "<!-- c --><b>{{ traits.x }}</b>",
        "<script>1</script>{{ traits.x }}",
        '<script>if (a<b) "</scripty>"</script>{{ traits.x }}',
        "<br/>{{ traits.x }}",
        '<a href="/p?u={{ traits.x }}">',
        '<a href="{{ traits.x }}?a=1">',
        "<img alt = '{{ traits.x }}' src=/a.png>",
    ],
)
def test_html_takes_these(source):
    check_html(source, prefixes=PREFIXES)


def test_output_is_capped():
    template = parse("{{ traits.x }}" * 10, kind="text", prefixes=PREFIXES)
    with pytest.raises(InvalidError) as caught:
        render(template, {"traits.x": "a" * 10}.get, most=99)
    assert caught.value.code == "too_long"
    assert template.paths == {"traits.x"}
