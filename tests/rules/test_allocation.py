"""Who goes left and who goes right: evenly, the same way always, as GrowthBook's clients say."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.allocation import (
    bucket_ranges,
    choose,
    covered,
    elect,
    equal_weights,
    in_namespace,
    included,
    position,
    within,
)
from rules.assignment import Assignment, Experiment, Filter, assign, recall, remember
from rules.notations import growthbook
from tests.rules.notations.suites import suite, vectors

CRITICAL = {1: 15.14, 2: 18.42, 3: 21.11, 9: 33.72}
"""Chi-square, one in ten thousand: the seeds are fixed, so a failure is a change."""
UNITS = [f"visitor-{number}" for number in range(20_000)]
SEEDS = ["hero", "checkout", "0", "spring-sale:2026"]

seeds = st.text(max_size=12)
units = st.text(max_size=12)
shares = st.floats(0, 1, allow_nan=False)
weights = st.lists(st.floats(0.01, 10), min_size=1, max_size=5)


@suite("growthbook/cases.json", "hash")
def test_growthbook_hashes_alike(case):
    seed, unit, version, expected = case
    if expected is None:
        with pytest.raises(ValueError, match="versions"):
            position(seed, unit, version)
    else:
        assert position(seed, unit, version) == expected


@suite("growthbook/cases.json", "getBucketRange")
def test_growthbook_cuts_the_line_alike(case):
    _, (arms, coverage, given_weights), expected = case
    found = bucket_ranges(arms, coverage, given_weights)
    assert [list(part) for part in found] == [pytest.approx(part) for part in expected]


@suite("growthbook/cases.json", "chooseVariation")
def test_growthbook_chooses_alike(case):
    _, place, parts, expected = case
    assert choose(place, parts) == (None if expected == -1 else expected)


@suite("growthbook/cases.json", "inNamespace")
def test_growthbook_names_spaces_alike(case):
    _, unit, namespace, expected = case
    assert in_namespace(unit, *namespace) is expected


@suite("growthbook/cases.json", "getEqualWeights")
def test_growthbook_weighs_alike(case):
    arms, expected = case
    assert equal_weights(arms) == pytest.approx(expected, abs=1e-8)


@suite("growthbook/cases.json", "stickyBucket")
def test_growthbook_remembers_alike(case):
    _, context, stored, feature, expected, kept = case
    rule = context["features"][feature]["rules"][0]
    sources = [rule.get("hashAttribute", "id"), rule.get("fallbackAttribute")]
    mine = {name: context["attributes"][name] for name in sources if name in context["attributes"]}
    documents = {f"{one['attributeName']}||{one['attributeValue']}": one["assignments"]
                 for one in stored}  # fmt: skip
    source, unit = next(iter(mine.items()))
    experiment = written(feature, rule)
    names = [f"{name}||{value}" for name, value in reversed(mine.items())]
    found = assign(experiment, unit, recall(*(documents.get(name) for name in names)))
    if expected is None:
        assert found.reason == "blocked"
    else:
        assert (found.arm, found.place) == (expected["variationId"], expected["bucket"])
        assert (found.reason == "remembered") is expected["stickyBucketUsed"]
        assert (source, unit) == (expected["hashAttribute"], expected["hashValue"])
    name = f"{source}||{unit}"
    document = remember(experiment, found, documents.get(name, {}))
    assert document == kept[name]["assignments"]


PLAIN = {"attributes", "savedGroups"}
BESIDE = {"active", "force", "parentConditions"}
"""What an experiment has beside allocation: switched off, forced by hand, behind other flags."""


@suite("growthbook/cases.json", "run")
def test_growthbook_runs_experiments_alike(case):
    _, context, rule, value, inside, _ = case
    if not context.keys() <= PLAIN or rule.keys() & BESIDE or len(rule["variations"]) < 2:
        return
    attributes = context.get("attributes", {})
    unit = attributes.get(rule.get("hashAttribute", "id"))
    groups = context.get("savedGroups")
    if not unit or not growthbook.evaluate(rule.get("condition", {}), attributes, groups):
        assert inside is False
        return
    found = assign(written(rule["key"], rule), str(unit), None, attributes)
    assert (found.arm is not None) is inside
    assert rule["variations"][found.arm or 0] == value


def written(feature, rule):
    meta = rule.get("meta") or [{"key": str(number)} for number in range(len(rule["variations"]))]
    return Experiment(
        rule.get("key", feature),
        tuple(one["key"] for one in meta),
        rule.get("coverage", 1),
        rule.get("weights") and tuple(rule["weights"]),
        frozen(rule.get("ranges")),
        rule.get("seed", ""),
        rule.get("hashVersion", 1),
        namespace=frozen(rule.get("namespace")),
        filters=tuple(
            Filter(
                one["seed"],
                frozen(one["ranges"]),
                one.get("hashVersion", 2),
                one.get("attribute", ""),
            )
            for one in rule.get("filters", [])
        ),
        bucket_version=rule.get("bucketVersion", 0),
        min_bucket_version=rule.get("minBucketVersion", 0),
        sticky=not rule.get("disableStickyBucketing", False),
    )


@vectors("allocation", "ranges")
def test_the_line_is_cut_as_written(case):
    found = bucket_ranges(case["arms"], case["coverage"], case["weights"])
    assert [list(part) for part in found] == [pytest.approx(part) for part in case["ranges"]]


@vectors("allocation", "chosen")
def test_the_first_part_that_holds_the_place_is_chosen(case):
    assert choose(case["place"], case["parts"]) == case["chosen"]


@vectors("allocation", "in_namespace")
def test_a_unit_is_in_its_part_of_a_namespace(case):
    start, end = case["part"]
    assert in_namespace(case["unit"], case["namespace"], start, end) is case["in_namespace"]


@vectors("allocation", "covered")
def test_a_unit_is_rolled_out_to_or_not(case):
    found = covered(case["seed"], case["unit"], case["coverage"], case["version"])
    assert found is case["covered"]


@vectors("allocation", "assigned")
def test_a_unit_gets_its_arm(case):
    said = case["experiment"]
    experiment = Experiment(
        said["key"],
        tuple(said["arms"]),
        **{key: frozen(said[key]) for key in said if key not in ("key", "arms", "filters")},
        filters=tuple(Filter(**{k: frozen(v) for k, v in one.items()})
                      for one in said.get("filters", [])),
    )  # fmt: skip
    found = assign(experiment, case["unit"], case["remembered"])
    assert {"arm": found.arm, "place": found.place, "reason": found.reason} == case["assigned"]


def frozen(value):
    return tuple(map(frozen, value)) if isinstance(value, list) else value


@vectors("allocation", "elected")
def test_a_unit_elects_its_arm(case):
    assert elect(case["seed"], case["unit"], case["weights"]) == case["elected"]


def chi_square(counts, expected):
    return sum((counts[key] - want) ** 2 / want for key, want in expected.items())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("version", [1, 2])
def test_units_spread_evenly_over_the_line(seed, version):
    counts = Counter(int(position(seed, unit, version) * 10) for unit in UNITS)
    assert chi_square(counts, dict.fromkeys(range(10), 2_000)) < CRITICAL[9]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("given_weights", [(0.5, 0.5), (0.2, 0.3, 0.5), (0.1, 0.2, 0.3, 0.4)])
def test_arms_get_their_weights(seed, given_weights):
    parts = bucket_ranges(len(given_weights), 1, given_weights)
    counts = Counter(choose(position(seed, unit), parts) for unit in UNITS)
    expected = {arm: len(UNITS) * weight for arm, weight in enumerate(given_weights)}
    assert chi_square(counts, expected) < CRITICAL[len(given_weights) - 1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("given_weights", [{"a": 1, "b": 1}, {"a": 1, "b": 2, "c": 5}])
def test_elected_arms_get_their_weights(seed, given_weights):
    counts = Counter(elect(seed, unit, given_weights) for unit in UNITS)
    whole = sum(given_weights.values())
    expected = {arm: len(UNITS) * weight / whole for arm, weight in given_weights.items()}
    assert chi_square(counts, expected) < CRITICAL[len(given_weights) - 1]


def test_two_seeds_cut_independently():
    pairs = Counter((included("one", unit, 50), included("two", unit, 50)) for unit in UNITS)
    expected = {(a, b): len(UNITS) / 4 for a in (True, False) for b in (True, False)}
    assert chi_square(pairs, expected) < CRITICAL[3]


@given(seeds, units, weights, st.floats(0.01, 10))
def test_an_added_arm_only_takes(seed, unit, given_weights, added):
    arms = {str(number): weight for number, weight in enumerate(given_weights)}
    before, after = elect(seed, unit, arms), elect(seed, unit, {**arms, "new": added})
    assert after in (before, "new")


@given(seeds, units, weights, st.floats(1, 10))
def test_more_weight_only_moves_units_into_its_arm(seed, unit, given_weights, factor):
    arms = {str(number): weight for number, weight in enumerate(given_weights)}
    before, after = elect(seed, unit, arms), elect(seed, unit, {**arms, "0": arms["0"] * factor})
    assert after in (before, "0")


@given(seeds, units, weights, shares, shares)
def test_growing_coverage_moves_nobody(seed, unit, given_weights, one, other):
    whole = sum(given_weights)
    shared = [weight / whole for weight in given_weights]
    less, more = sorted((one, other))
    place = position(seed, unit)
    before = choose(place, bucket_ranges(len(shared), less, shared))
    assert before is None or before == choose(place, bucket_ranges(len(shared), more, shared))
    assert not covered(seed, unit, less) or covered(seed, unit, more)
    assert not included(seed, unit, less * 100) or included(seed, unit, more * 100)


@given(weights, st.floats(-2, 3, allow_nan=False))
def test_parts_stand_in_order_and_never_overlap(given_weights, coverage):
    whole = sum(given_weights)
    shared = [weight / whole for weight in given_weights]
    parts = bucket_ranges(len(shared), coverage, shared)
    ends = [end for part in parts for end in part]
    assert all(second - first > -1e-12 for first, second in pairwise(ends))
    lengths = [end - start for start, end in parts]
    assert math.isclose(sum(lengths), min(max(coverage, 0), 1), abs_tol=1e-9)


@given(seeds, units, st.sampled_from(["a", "b", "c"]))
def test_who_is_remembered_stays_when_arms_are_added_and_coverage_shrinks(seed, unit, arm):
    kept = {f"{seed}__0": arm}
    grown = Experiment(seed, ("new", "a", "b", "c"), coverage=0, namespace=("n", 0, 0))
    found = assign(grown, unit, kept)
    assert (found.reason, grown.arms[found.arm]) == ("remembered", arm)
    assert remember(grown, found, kept) == kept


@given(units, st.floats(0, 1), st.floats(0, 1))
def test_parts_that_do_not_overlap_exclude_each_other(unit, one, other):
    low, high = sorted((one, other))
    inside = [within("space", unit, [part]) for part in ((0, low), (low, high), (high, 1))]
    assert inside.count(True) == 1


def test_nothing_is_remembered_of_who_is_out_or_where_nothing_may_be():
    hero = Experiment("hero", ("a", "b"))
    assert remember(hero, Assignment(None, 0.3, "filtered"), {"x__0": "a"}) == {"x__0": "a"}
    loose = Experiment("hero", ("a", "b"), sticky=False)
    assert remember(loose, Assignment(1, 0.3, "placed"), {}) == {}
