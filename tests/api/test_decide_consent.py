"""Consent at decision: what is not permitted is unknown, under each policy, said each way."""

from __future__ import annotations

import pytest

from tests.api.stage import Stage, viewed
from tests.waiting import until

NO = {"consent": {"categoryPreferences": {"personalization": False}}}
YES = {"consent": {"categoryPreferences": {"personalization": True}}}


@pytest.mark.parametrize(
    ("policy", "plain", "no", "yes", "gpc"),
    [
        ("opt_out", "keen", "base", "keen", "base"),
        ("opt_in", "base", "base", "keen", "base"),
        ("none", "keen", "base", "keen", "base"),
    ],
)
def test_each_policy_answers_each_word(stage, web, policy, plain, no, yes, gpc):  # noqa: PLR0917
    stage.happen(viewed("d1", context=YES), viewed("d1", context=YES))
    other = Stage(policy.replace("_", "-"), consent=policy)
    until(lambda: web.knows(other))
    words = {"context": YES} if policy == "opt_in" else {}
    other.happen(viewed("d1", **words), viewed("d1", **words))
    if policy != "opt_in":
        assert web.shown(other.pk, anonymousId="d1") == plain
        assert web.shown(other.pk, anonymousId="d1", context=YES) == yes
    else:
        assert web.shown(other.pk, anonymousId="d1") == yes  # the ledger's yes
        assert web.shown(other.pk, anonymousId="new") == plain
    assert web.shown(other.pk, anonymousId="d1", context=NO) == no
    headers = {"sec-gpc": "1"}
    assert web.shown(other.pk, anonymousId="d1", headers=headers) == gpc
    sale = {"page": {"path": "/sale"}}
    assert web.shown(other.pk, anonymousId="d1", context={**NO, **sale}) == "sale"
