"""Conditions of the whole language made up by hypothesis, as JSON: every shape, every operator."""

from __future__ import annotations

from hypothesis import strategies as st

from rules import parser
from rules.aggregates import fits
from rules.errors import InvalidError
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from rules.windows.registry import kinds, sayable
from rules.windows.window import EVENT, NOTHING, SCORE, VALUES

ODD = ["and", "or", "not", "everyone", 'say "no"', "back\\slash", "two\nlines", "`", "ÄÖ ß", "😀",
       "\u2028", "\u202e", "in segment", "24 hours", "null", "7", " ", "22:00", "# note", "a,b",
       "\x1f"]  # fmt: skip


def parsed(said):
    """Return the condition, or nothing where a made-up value is out of some range."""
    try:
        return parse(said, scope=Scope.MATRIX)
    except InvalidError:
        return None


words = st.one_of(
    st.sampled_from(["Product Viewed", "Order Completed", "Signed Up", "vip", *ODD]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12),
)
numbers = st.one_of(
    st.integers(-3, 100), st.floats(-1e9, 1e9), st.sampled_from([1e300, 0.1, 2**53, -(2**63), 1e-7])
)
singles = st.one_of(words, st.just(""), numbers, st.booleans())
durations = st.one_of(
    st.sampled_from(
        ["90s", "15m", "24h", "7d", "2w", "PT1.5S", "P1DT12H", "PT0.000001S", "36525d"]
    ),
    st.builds("{}{}".format, st.integers(1, 40_000), st.sampled_from("smh")),
)
instants = st.sampled_from(
    ["2026-12-01T08:00:00Z", "1969-12-31T23:59:59.000001+02:00", "0001-01-02T00:00:00Z"]
)
pairs = st.lists(st.integers(-10, 10), min_size=2, max_size=2).map(sorted)
nothing = st.none()

OF_SHAPE = {
    "none": nothing,
    "single": singles,
    "singles": st.lists(singles, min_size=1, max_size=4),
    "number": numbers,
    "pair": pairs,
    "text": words,
    "pattern": st.sampled_from(["^/p/[0-9]+$", "a|b", '"', "\\d`"]),
    "instant": instants,
    "duration": durations,
    "version": st.sampled_from(["1.2.3", "v2", "1.0.0-rc.1+b"]),
    "item": st.one_of(
        st.builds(lambda word: {"operator": "contains", "value": word, "ignore_case": True}, words),
        st.builds(
            lambda pair: [{"operator": "between", "value": pair}, {"operator": "is_empty"}], pairs
        ),
        st.builds(
            lambda found: [{"operator": "in", "value": found}], st.lists(singles, min_size=1)
        ),
    ),
    "networks": st.sampled_from(["10.0.0.0/8", ["2001:db8::/32"], ["10.1.0.0/16", "127.0.0.1"]]),
    "bucket": st.fixed_dictionaries(
        {"salt": words}, optional={"from": st.integers(0, 40), "until": st.integers(40, 100)}
    ),
    "size": st.sampled_from([0, 3, {"at_least": 2}, {"at_most": 9}, {"at_least": 1, "at_most": 2}]),
}
"""Values by the name of their shape; a shape that is not here gives its operators' examples."""

families = st.sampled_from(["traits", "features", "consent", "derived", "clusters"])
names = st.one_of(
    st.sampled_from(["plan", "age", "cart_value", "größe", "a.b", "is", "1st", "x-y", "$id"]),
    st.sampled_from(ODD).filter(lambda word: word != "."),
    words.filter(lambda word: "." not in word),
)
paths = st.builds("{}.{}".format, families, names)
within_events = st.builds("properties.{}".format, names)


@st.composite
def asked(draw, ignoring=False, of=lambda part: not part.of_events):
    fitting = [name for name, part in operators.items() if of(part)]
    part = operators[draw(st.sampled_from(fitting))]
    value = draw(OF_SHAPE.get(part.shape.name, st.just(part.example.operand)))
    said = {"operator": part.name} | ({} if value is None else {"value": value})
    if ignoring and part.cases and draw(st.booleans()):
        said["ignore_case"] = True
    return said


def tests(path):
    return st.builds(lambda path, asked: {"attribute": path, **asked}, path, asked(ignoring=True))


def logic(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=5,
    )


wheres = logic(st.one_of(tests(within_events), st.just({"everyone": True})))
lengths = st.one_of(
    st.just({}),
    durations.map(lambda length: {"within": length}),
    st.sampled_from([{"between": ["2d", "1d"]}, {"between": ["90m", "PT0.5S"]}]),
)
spans = st.builds(
    lambda length, others: {**length, **others},
    lengths,
    st.fixed_dictionaries(
        {},
        optional={
            "since": st.just("2026-01-01T00:00:00Z"),
            "until": st.just("2027-01-01T00:00:00+01:00"),
            "in_session": st.sampled_from([True, "45m", "PT0.5S"]),
            "since_last": st.one_of(
                words, st.fixed_dictionaries({"event": words}, optional={"where": wheres})
            ),
        },
    ),
)
optional_where = st.one_of(st.just({}), st.just({}), wheres.map(lambda where: {"where": where}))


def aggregate(kind, of):
    """Return a measure of this kind as JSON, of a path or an event's name."""
    takes = kinds[kind].takes
    if takes == NOTHING:
        return kind
    asked_for = {SCORE: {"half_life": "36h", "of": of}, VALUES: {"of": of, "most": 3}}
    return {kind: asked_for.get(takes, of)}


@st.composite
def aggregates(draw):
    kind = draw(st.sampled_from(sayable()))
    of = draw(words if kinds[kind].takes == EVENT else within_events)
    fitting = draw(asked(of=lambda part: not part.of_events and fits(kind, part)))
    return {"measure": aggregate(kind, of), **fitting}


small = st.integers(0, 9)
counts = st.one_of(
    st.builds(
        lambda name, value: {"operator": name, "value": value},
        st.sampled_from(["at_least", "at_most", "more_than", "less_than", "equals", "not_equals"]),
        st.one_of(small, st.just(1.5)),
    ),
    st.builds(
        lambda name, pair: {"operator": name, "value": sorted(pair)},
        st.sampled_from(["between", "not_between"]),
        st.lists(small, min_size=2, max_size=2),
    ),
)
events = st.builds(
    lambda name, where, span, asked: {"event": name, **where, **span, **asked},
    words,
    optional_where,
    spans,
    st.one_of(st.just({}), counts, aggregates(), asked(of=lambda part: part.of_events)),
)


@st.composite
def sames(draw):
    word = draw(st.sampled_from(["all", "any"]))
    first = draw(events)
    more = draw(st.lists(logic(events), max_size=2)) if word == "all" else []
    return {"same": draw(within_events), **draw(spans), word: [first, *more]}


@st.composite
def steps(draw):
    said = {"event": draw(words), **draw(optional_where)}
    times = draw(st.integers(1, 4))
    said |= {} if times == 1 else {"value": times}
    within = draw(st.one_of(st.just({}), durations.map(lambda length: {"within": length})))
    return {"not": said, **within} if draw(st.booleans()) else {**said, **within}


def _begun(found):
    """Return steps of which the first happens, and says no within it has nothing to measure by."""
    first = dict(found[0].get("not", found[0]))
    if first.get("value", 1) == 1:
        first.pop("within", None)
    return [first, *found[1:]]


def _possible(said):
    try:
        parser.parse(said, scope=Scope.SEGMENT)
    except InvalidError as error:
        return error.code != "order"
    return True


sequences = st.builds(
    lambda steps, span, key, strict: {"sequence": steps, **span, **key, **strict},
    st.lists(steps(), min_size=1, max_size=4).map(_begun),
    spans,
    st.one_of(st.just({}), within_events.map(lambda path: {"same": path})),
    st.sampled_from([{}, {"strict": True}]),
).filter(_possible)
leaves = st.one_of(
    tests(paths),
    tests(paths),
    events,
    events,
    words.map(lambda name: {"segment": name}),
    st.just({"everyone": True}),
    sames(),
    sequences,
)
conditions = logic(
    st.one_of(
        leaves,
        st.builds(lambda part, length: {"has_been": part, "for": length}, logic(leaves), durations),
    )
)
