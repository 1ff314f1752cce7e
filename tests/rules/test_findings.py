"""Each finding of the checker, by an example of it and of what is not quite one."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from rules.conditions import All, EventTest, Measure, Member, Not, Span, Test
from rules.facts import Facts
from rules.matrix.check.checker import check
from rules.matrix.check.findings import CODES, document
from rules.matrix.document import parse
from rules.matrix.schedule import Active
from rules.wording import words
from tests.rules import brute
from tests.rules.tables import asks, codes, hidden, table

DAY = 86_400_000_000


def test_a_row_is_hidden_by_two_that_together_take_everybody():
    report = check(
        table(
            asks("traits.age", "less_than", 30),
            asks("traits.plan", "equals", "pro"),
            asks("traits.age", "at_least", 30),
            asks("traits.age", "is_known"),
        ),
        {"traits.age": "number", "traits.plan": "string"},
    )
    assert hidden(report) == {"3": ("0", "2")}
    assert "rows 0 and 2 together take everybody" in report.of("never_reached")[0].sentence


def test_what_is_unknown_keeps_a_row_within_reach():
    plan, country = asks("traits.plan", "equals", "pro"), {"everyone": True}
    either = table(plan, {"not": plan}, country)
    assert hidden(check(either)) == {}
    assert (
        hidden(check(table(plan, {"not": plan}, asks("traits.plan", "is_unknown"), country))) == {}
    )
    typed = check(
        table(plan, {"not": plan}, asks("traits.plan", "is_unknown"), country),
        {"traits.plan": "string"},
    )
    assert hidden(typed) == {"3": ("0", "1", "2")}


def test_a_pattern_hides_itself_and_nothing_that_might_differ():
    pattern = asks("context.page.path", "matches", "^/shop")
    other = asks("context.page.path", "matches", "^/sh")
    assert hidden(check(table(pattern, pattern))) == {"1": ("0",)}
    assert hidden(check(table(other, pattern))) == {}
    everybody = [pattern, {"not": pattern}, asks("context.page.path", "is_known")]
    assert hidden(check(table(*everybody), {"context.page.path": "string"})) == {"2": ("0", "1")}


def test_what_happened_often_happened_at_least_once():
    views = {"event": "Product Viewed", "within": "24h", "operator": "at_least"}
    once, thrice = {**views, "value": 1}, {**views, "value": 3}
    assert hidden(check(table(once, thrice))) == {"1": ("0",)}
    assert hidden(check(table(thrice, once))) == {}
    week = {**once, "within": "7d"}
    assert hidden(check(table(week, thrice))) == {"1": ("0",)}
    assert hidden(check(table(once, {**week, "value": 3}))) == {}
    assert codes(check(table({"all": [thrice, {"not": week}]})))[0] == "never_true"


@pytest.mark.parametrize("begins", [{"since_last": "Order Completed"}, {"in_session": True}])
def test_a_count_whose_span_begins_anew_need_not_hold_another(begins):
    views = {"event": "Product Viewed", "operator": "at_least", "value": 1}
    day = {**views, "within": "24h"}
    assert hidden(check(table({**views, **begins}, day))) == {}
    assert hidden(check(table(day, {**views, **begins}))) == {}


def test_segments_whose_conditions_imply_each_other_are_known_to():
    within = Span(DAY)
    keen = EventTest(Measure("Product Viewed", span=within), "at_least", 3)
    warm = EventTest(Measure("Product Viewed", span=within), "at_least", 1)
    segments = {"keen": keen, "warm": warm, "cold": Not(Member("warm")), "free": Member("keen")}
    rows = [{"segment": "warm"}, {"segment": "keen"}, {"segment": "free"}, {"segment": "cold"}]
    assert hidden(check(table(*rows), segments=segments)) == {"1": ("0",), "2": ("0",)}
    assert hidden(check(table(*rows), segments=list(segments))) == {}
    both = check(table({"all": [rows[0], rows[3]]}), segments=segments)
    assert codes(both)[0] == "never_true"


def test_constraints_are_taken_at_their_word():
    rows = table({"segment": "a"}, {"all": [{"segment": "b"}, {"segment": "c"}]})
    assert hidden(check(rows, constraints=[(Member("b"), Member("a"))])) == {"1": ("0",)}
    exclusive = check(rows, constraints=[(Member("b"), Not(Member("c")))])
    assert exclusive.of("never_true")[0].rows == ("1",)
    numeric = [(Member("b"), Test("traits.age", "at_least", 18))]
    adults = table(asks("traits.age", "at_least", 16), {"segment": "b"})
    assert hidden(check(adults)) == {}
    assert hidden(check(adults, constraints=numeric)) == {"1": ("0",)}


def test_a_rollout_below_the_whole_and_a_row_switched_off_hide_nothing():
    for settings in ({"rollout": 99.9}, {"enabled": False}, {"rollout": 0}):
        rows = [{"when": {"everyone": True}, **settings}, {"segment": "vip"}]
        assert hidden(check(table(*rows))) == {}
    gap = check(table({"when": {"everyone": True}, "rollout": 50})).of("gap")[0]
    assert gap.witness.outside == ("0",)


def test_a_schedule_hides_only_while_it_lasts():
    summer = {"from": "2026-06-01T00:00", "until": "2026-09-01T00:00", "zone": "UTC"}
    july = {"from": "2026-07-01T00:00", "until": "2026-08-01T00:00", "zone": "UTC"}
    everybody = {"when": {"everyone": True}, "active": summer}
    vip = {"when": {"segment": "vip"}}
    assert hidden(check(table(everybody, vip))) == {}
    assert hidden(check(table(everybody, {**vip, "active": july}))) == {"1": ("0",)}
    after = 1_800_000_000_000_000
    over = check(table(everybody, {**vip, "active": july}), now=after)
    assert codes(over)[:2] == ["ended", "ended"]


def test_a_schedule_alone_is_no_column():
    row = parse({"rows": [{"id": "a", "when": {"everyone": True}, "then": {"variant": "x"}}]}).rows[
        0
    ]
    ever = replace(row, active=Active("2026-01-01T00:00", None, "UTC", brute.AT[0], None))
    assert codes(check(parse({"rows": []}))) == ["gap"]
    matrix = replace(parse({"rows": []}), rows=(row, ever))
    assert codes(check(matrix)) == ["never_reached"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("first", {"1": ("0",)}), ("unique", {"0": ("1",), "1": ("0",)}), ("collect", {})],
)
def test_the_hit_policy_says_what_hides_what(policy, expected):
    assert hidden(check(table({"segment": "a"}, {"segment": "a"}, policy=policy))) == expected


def test_a_list_with_a_limit_hides_what_always_comes_too_late():
    rows = [{"everyone": True}, {"segment": "a"}, {"not": {"segment": "a"}}, {"segment": "a"}]
    assert hidden(check(table(*rows, policy="collect", limit=2))) == {"3": ("0", "1")}
    assert hidden(check(table(*rows, policy="collect", limit=3))) == {}


def test_an_aggregate_is_made_of_every_row():
    rows = [{"when": {"everyone": True}, "then": {"values": {"price": n}}} for n in (1, 2)]
    assert hidden(check(table(*rows, policy="collect", aggregate="sum"))) == {}


def test_rows_of_a_unique_table_that_meet_are_an_error_with_a_visitor():
    matrix = table(
        asks("traits.age", "between", [18, 30]), asks("traits.age", "at_least", 30), policy="unique"
    )
    (found,) = check(matrix).of("overlap")
    assert (found.severity, found.witness.attributes) == ("error", {"traits.age": 30})


def test_an_overlap_nobody_can_be_shown_for_is_in_doubt():
    rows = [asks("traits.page", "matches", "^a"), asks("traits.page", "matches", "^b")]
    (found,) = check(table(*rows, policy="unique")).of("overlap")
    assert (found.severity, found.doubt, found.witness.certain) == ("warning", True, False)


def test_a_contradiction_names_the_parts_that_exclude_each_other():
    matrix = table(
        {
            "all": [
                {"segment": "vip"},
                asks("traits.age", "more_than", 30),
                asks("traits.age", "less_than", 20),
            ]
        }
    )
    (found,) = check(matrix).of("never_true")
    young, old = (words(part) for part in matrix.rows[0].when.parts[1:])
    assert found.sentence == f'Row 0 is never true: "{young}" and "{old}" exclude each other.'


def test_names_nobody_knows_are_errors():
    matrix = table({"all": [{"segment": "gone"}, asks("traits.gone", "is_known")]})
    report = check(matrix, {"traits.age": "number"}, {"vip": Member("vip")})
    assert [finding.code for finding in report.errors] == ["missing_attribute", "missing_segment"]


def test_a_type_the_operator_never_reads_is_named():
    (found,) = check(table(asks("traits.age", "contains", "1")), {"traits.age": "number"}).of(
        "wrong_type"
    )
    assert found.column == "traits.age"


def test_a_column_no_row_asks_about_is_idle():
    columns = [{"attribute": "traits.age"}, {"segments": True}, {"condition": {"segment": "vip"}}]
    report = check(table({"everyone": True}, columns=columns))
    assert [finding.column for finding in report.of("idle_column")] == [
        *("traits.age", "segments", words(Member("vip")))
    ]


def test_over_the_budget_it_says_so_and_guesses_nothing():
    draw = Random(7)
    rows = [
        {
            "all": [
                asks(f"traits.c{draw.randrange(9)}", "not_in", draw.sample("abcde", 2))
                for _ in range(3)
            ]
        }
        for _ in range(60)
    ]
    report = check(table(*rows), budget=40)
    assert report.of("not_decided")
    full = check(table(*rows))
    assert set(hidden(report)) <= set(hidden(full))
    assert report.steps <= 40


def test_a_condition_of_too_many_alternatives_is_not_decided():
    wide = {
        "all": [
            {"any": [asks(f"traits.a{n}", "equals", 1), asks(f"traits.b{n}", "equals", 1)]}
            for n in range(20)
        ]
    }
    report = check(table(wide, {"segment": "vip"}))
    assert report.of("not_decided")[0].rows == ("0",)
    assert not report.of("gap")


def test_long_lists_are_read_entry_by_entry():
    tags = [f"t{n}" for n in range(40)]
    single = [asks("traits.tags", "has_any", [tag]) for tag in tags]
    every = asks("traits.tags", "has_any", tags)
    assert hidden(check(table(every, single[7]))) == {"1": ("0",)}
    last = hidden(check(table(*single, every)))
    assert set(last) == {"40"}
    assert len(last["40"]) == 40


def test_texts_without_regard_to_case_meet_their_like():
    loud = {**asks("traits.plan", "equals", "PRO"), "ignore_case": True}
    assert hidden(check(table(loud, {**loud, "value": "pro"}))) == {"1": ("0",)}
    assert hidden(check(table(loud, asks("traits.plan", "equals", "Pro")))) == {"1": ("0",)}
    assert hidden(check(table(asks("traits.plan", "equals", "PRO"), loud))) == {}


def test_an_attribute_may_be_of_any_type_unless_the_catalogue_says_which():
    rows = table(
        asks("traits.age", "at_least", 18),
        asks("traits.age", "less_than", 18),
        asks("traits.age", "is_known"),
    )
    assert hidden(check(rows)) == {}
    assert hidden(check(rows, {"traits.age": "number"})) == {"2": ("0", "1")}
    assert check(rows).of("gap")[0].witness.attributes == {"traits.age": None}


def test_a_visitor_in_a_gap_is_a_likely_one():
    rows = table(asks("traits.age", "at_least", 18), asks("traits.plan", "in", ["pro", "free"]))
    witness = check(rows).of("gap")[0].witness
    assert witness.attributes == {"traits.age": 17, "traits.plan": "other"}
    assert witness.facts() == Facts(witness.attributes, {}, {}, witness.now)


def test_every_finding_is_plain_json_with_a_known_code():
    for seed in range(60):
        for finding in check(parse(brute.table(Random(seed)))).findings:
            said = document(finding)
            assert said["code"] in CODES
            assert said["sentence"].endswith(".")


def test_conditions_inside_conditions_are_read_after_kleene():
    inner = All((Test("traits.age", "at_least", 18), Not(Member("vip"))))
    assert codes(check(table({"everyone": True}), constraints=[(inner, Not(inner))])) == []
