"""The machine of reviews: every verb in every state, four eyes, and what a change takes with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.reviewing import STATES, VERBS, Case, Terms, after, carried, possible

PEOPLE = ("ann", "bob", "cem")
LEADS = {
    ("submit", "draft"): "in_review",
    ("submit", "changes_requested"): "in_review",
    ("withdraw", "in_review"): "draft",
    ("withdraw", "changes_requested"): "draft",
    ("withdraw", "approved"): "draft",
    ("approve", "in_review"): "approved",
    ("approve", "approved"): "approved",
    ("request_changes", "in_review"): "changes_requested",
    ("request_changes", "approved"): "changes_requested",
    ("request_changes", "scheduled"): "changes_requested",
    ("schedule", "draft"): "scheduled",
    ("schedule", "in_review"): "scheduled",
    ("schedule", "approved"): "scheduled",
    ("schedule", "scheduled"): "scheduled",
    ("cancel", "scheduled"): "draft",
    **{("publish", s): "live" for s in ("draft", "in_review", "approved", "scheduled", "live")},
    ("rollback", "retired"): "live",
    ("rollback", "live"): "live",
    ("retire", "live"): "retired",
    **{("comment", state): state for state in STATES},
}
"""The whole machine once more, where nobody need approve."""

cases = st.builds(
    Case,
    st.sampled_from(STATES),
    st.frozensets(st.sampled_from(PEOPLE), min_size=1),
    st.frozensets(st.sampled_from(PEOPLE)),
)
terms = st.builds(Terms, st.integers(0, 3), st.booleans(), st.booleans())


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_every_verb_leads_where_it_should_or_is_refused(verb: str, state: str):
    case = Case(state, frozenset({"ann"}))
    if (verb, state) in LEADS:
        assert after(case, verb, "bob", Terms()).state == LEADS[verb, state]
    else:
        with pytest.raises(InvalidError) as raised:
            after(case, verb, "bob", Terms())
        assert raised.value.code == "state"


@given(cases, st.sampled_from(sorted(VERBS)), st.sampled_from(PEOPLE), terms)
def test_nothing_goes_live_without_the_approvals_of_others(case, verb, who, rules):
    try:
        found = after(case, verb, who, rules)
    except InvalidError:
        return
    if verb in {"publish", "schedule"} and case.state != "live":
        counted = case.approvals if rules.self_approval else case.approvals - case.authors
        assert len(counted) >= rules.approvals
    assert found.authors == case.authors
    if verb == "approve":
        assert rules.self_approval or who not in case.authors
        assert found.approvals == case.approvals | {who}


@given(cases, st.sampled_from(PEOPLE), terms)
def test_a_change_never_brings_more_approval_than_there_was(case, author, rules):
    left, fresh = carried(case, author, rules)
    assert author in fresh.authors
    assert fresh.state in {"draft", "in_review", "approved"}
    assert left.state in {case.state, "draft"}
    if rules.reset_on_change:
        assert not fresh.approvals
    if fresh.state == "approved":
        counted = fresh.approvals if rules.self_approval else fresh.approvals - fresh.authors
        assert len(counted) >= max(1, rules.approvals)
    if case.state not in {"live", "retired"}:
        assert case.authors <= fresh.authors


@given(cases, st.sampled_from(PEOPLE), terms)
def test_what_is_possible_is_what_is_not_refused(case, who, rules):
    for verb in VERBS:
        try:
            after(case, verb, who, rules)
            refused = False
        except InvalidError:
            refused = True
        assert (verb in possible(case, who, rules)) is not refused


def test_two_must_approve_and_one_may_not_approve_twice():
    rules = Terms(approvals=2)
    case = after(Case("in_review", frozenset({"ann"})), "approve", "bob", rules)
    assert case.state == "in_review"
    with pytest.raises(InvalidError, match="somebody else"):
        after(case, "approve", "bob", rules)
    assert after(case, "approve", "cem", rules).state == "approved"


def test_an_approval_of_somebody_who_then_changes_the_draft_counts_no_more():
    rules = Terms(approvals=1, reset_on_change=False)
    case = Case("approved", frozenset({"ann"}), frozenset({"bob"}))
    assert carried(case, "cem", rules)[1].state == "approved"
    _, changed = carried(case, "bob", rules)
    assert changed.state == "in_review"
    with pytest.raises(InvalidError) as raised:
        after(changed, "publish", "ann", rules)
    assert raised.value.code == "approvals"


def test_a_verb_nobody_knows_is_refused():
    with pytest.raises(InvalidError) as raised:
        after(Case(), "bless", "ann", Terms())
    assert raised.value.at == "/verb"
