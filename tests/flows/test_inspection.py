"""What the checker says of a matrix, knowing its site, and what it keeps from being published."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.decisions import drafts
from personalization.decisions.models import Matrix
from personalization.flows import inspection, publication
from rules.errors import InvalidError
from rules.matrix.document import parse
from tests import estate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def shop() -> estate.Estate:
    return estate.found("shop")


def asks(operator: str, value: Any, path: str = "traits.plan") -> dict[str, Any]:
    return {"attribute": path, "operator": operator, "value": value}


def document(*conditions: Any, policy: str = "first") -> dict[str, Any]:
    rows = [
        {"id": str(place), "when": when, "then": {"variant": "sale"}}
        for place, when in enumerate(conditions)
    ]
    return {"hit_policy": policy, "rows": rows, "fallback": ["baseline"]}


def codes(shop: estate.Estate, *conditions: Any) -> dict[str, str]:
    found = inspection.inspect(shop.site.pk, parse(document(*conditions)), 20_000)
    return {one.code: one.severity for one in found}


def publish(shop: estate.Estate, said: dict[str, Any]) -> int | None:
    publication.publish_matrix(drafts.draft(shop.matrix, said, "ann").pk, "ann")
    return Matrix.objects.get(pk=shop.matrix.pk).live_id


def test_rows_that_meet_in_a_unique_table_are_not_published(shop: estate.Estate) -> None:
    live = publish(shop, document({"segment": "vip"}))
    both = document({"segment": "vip"}, asks("equals", "free", "traits.tier"), policy="unique")
    with pytest.raises(InvalidError) as caught:
        publish(shop, both)
    assert (caught.value.at, caught.value.code) == ("/rows", "overlap")
    assert "Rows 0 and 1 both hold" in caught.value.message
    assert Matrix.objects.get(pk=shop.matrix.pk).live_id == live
    assert publish(shop, {**both, "hit_policy": "first"}) != live


def test_rows_of_a_unique_table_that_a_segment_keeps_apart_are_published(
    shop: estate.Estate,
) -> None:
    apart = document({"segment": "vip"}, asks("equals", "free"), policy="unique")
    assert publish(shop, apart)


def test_a_member_does_not_make_the_segments_condition_false(shop: estate.Estate) -> None:
    against = {"all": [{"segment": "vip"}, asks("equals", "free")]}
    assert codes(shop, against)["never_true"] == "warning"
    hidden = {"all": [{"segment": "vip"}, {"attribute": "traits.plan", "operator": "is_unknown"}]}
    assert "never_true" not in codes(shop, hidden)
    assert "never_reached" not in codes(shop, asks("equals", "pro"), {"segment": "vip"})


def test_what_the_site_does_not_know_is_told(shop: estate.Estate) -> None:
    assert codes(shop, {"segment": "gone"})["missing_segment"] == "error"
    assert codes(shop, asks("equals", "x", "traits.gone"))["missing_attribute"] == "warning"
    known = codes(shop, asks("equals", "x"), asks("equals", "x", "context.page.path"))
    assert "missing_attribute" not in known


def test_only_types_that_people_chose_are_relied_on(shop: estate.Estate) -> None:
    rows = [asks("equals", "pro"), {"not": asks("equals", "pro")}]
    rows.append({"attribute": "traits.plan", "operator": "is_known"})
    assert "never_reached" not in codes(shop, *rows)
    shop.attribute.type = "string"
    shop.attribute.save()
    assert codes(shop, *rows)["never_reached"] == "warning"


def test_a_document_nobody_can_read_has_no_remarks(shop: estate.Estate) -> None:
    assert inspection.remarks(shop.site.pk, {"rows": 1}) == []
    assert inspection.remarks(shop.site.pk, document())[0]["code"] == "gap"
