"""WordPress's own ways: locales that mean nothing, posts hidden from readers, parts that went."""

import json

import pytest

from cms_adapters.messages import Request, Response, Unreadable
from cms_adapters.registry import adapters
from tests.cms_adapters.vendors import WordPress, answered

ADAPTER = adapters["wordpress"]


def test_a_locale_in_a_hint_does_not_hide_the_end_of_a_post():
    cms = WordPress()
    said = {"type": "content.deleted", "data": {"id": "7", "kind": "posts", "locale": "de_AT"}}
    (found,) = ADAPTER.parse(Request("/", {}, json.dumps(said).encode()), cms.source)
    assert (found.external_id, found.locale, found.gone) == ("7", "", True)


@pytest.mark.parametrize(("status", "code", "is_gone"), [
    (401, "rest_forbidden", True), (403, "rest_forbidden", True), (404, "rest_no_post", True),
    (401, "incorrect_password", False), (403, "rest_cannot_access", False), (400, "any", False),
])  # fmt: skip
def test_a_post_that_is_hidden_is_no_more_and_a_wrong_password_says_nothing(status, code, is_gone):
    cms = WordPress()
    (asked,) = ADAPTER.parse(cms.hint("7", "unpublish"), cms.source)
    answer = answered({"code": code}, status)
    if is_gone:
        assert ADAPTER.items(asked, answer, cms.source) == ()
    else:
        with pytest.raises(Unreadable):
            ADAPTER.items(asked, answer, cms.source)


def test_a_part_that_went_while_we_read_is_the_end_of_its_type():
    """Posts were deleted meanwhile, so the last part the header promised is no more."""
    cms = WordPress()
    over = Response(400, b'{"code": "rest_post_invalid_page_number"}')
    assert ADAPTER.page("posts 3", over, cms.source).next == "pages 1"
    assert ADAPTER.page("pages 2", over, cms.source).next is None
    with pytest.raises(Unreadable):
        ADAPTER.page("posts 3", Response(400, b'{"code": "rest_invalid_param"}'), cms.source)


def test_a_post_behind_a_password_is_not_public():
    cms = WordPress()
    cms.put("7", 3)
    (asked,) = ADAPTER.parse(cms.hint("7"), cms.source)
    post = {**cms.post(cms.entries["7"]), "content": {"rendered": "", "protected": True}}
    (item,) = ADAPTER.items(asked, answered(post), cms.source)
    assert not item.published
