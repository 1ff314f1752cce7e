"""The demo shop without a browser: pages, the cart in its cookie, and what a script is told."""

import re
from base64 import b64encode
from hashlib import sha384
from urllib.parse import urljoin

import pytest
from django.test import Client

JSON = {"accept": "application/json"}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR", str(tmp_path))
    return Client()


def change(client, what, product="", **more):
    fields = {"change": what, "product": product, **more}
    return client.post("/shop/change/", fields, headers=JSON)


@pytest.mark.parametrize(
    "path", ["", "?category=camp", "?category=none", "product/ridge-boot/", "cart/", "checkout/"]
)
def test_every_page_opens_with_its_own_policy_and_no_cookie(client, path):
    answer = client.get(f"/shop/{path}")
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.cookies == {}
    assert b"style=" not in answer.content


def test_a_product_nobody_sells_is_not_found(client):
    assert client.get("/shop/product/moon/").status_code == 404
    assert change(client, "add", "moon").status_code == 404
    assert change(client, "steal", "ridge-boot").status_code == 404


def test_adding_removing_and_buying_say_what_to_track(client):
    added = change(client, "add", "ridge-boot").json()
    assert added["events"][0][0] == "Product Added"
    assert added["events"][0][1]["product_id"] == "ridge-boot"
    assert change(client, "add", "head-lamp").json()["count"] == 2
    removed = change(client, "remove", "head-lamp").json()
    assert (removed["events"][0][0], removed["count"]) == ("Product Removed", 1)
    bought = change(client, "buy", name="Ada").json()
    assert [name for name, _ in bought["events"]] == ["Order Completed", "Product Bought"]
    assert bought["events"][0][1]["revenue"] == 149
    assert bought["traits"] == {"name": "Ada"}
    assert (bought["count"], change(client, "buy").json()["events"]) == (0, [])


def test_a_name_is_shown_as_text(client):
    change(client, "add", "ridge-boot")
    panel = change(client, "buy", name="<script>").json()["panel"]
    assert "&lt;script&gt;" in panel
    assert "<script>" not in panel


def test_a_cart_somebody_forged_is_empty(client):
    client.cookies["lantern_cart"] = '{"ridge-boot": 99}:forged'
    assert change(client, "buy").json()["events"] == []


def test_without_a_script_the_form_leads_to_the_cart(client):
    answer = client.post("/shop/change/", {"change": "add", "product": "ridge-boot"}, follow=True)
    assert answer.redirect_chain == [("/shop/cart/", 302)]
    assert b"Ridge hiking boot" in answer.content


def test_the_client_is_served_to_every_origin_and_revalidated(client):
    answer = client.get("/sdk.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=60" in answer.headers["Cache-Control"]
    again = client.get("/sdk.js", headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_client_lies_for_ever_under_its_hash_and_can_be_checked(client):
    told = client.get("/sdk.json").json()
    for name in ("personalize", "capture"):
        answer = client.get(told[name]["url"])
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        digest = b64encode(sha384(answer.content).digest()).decode()
        assert told[name]["integrity"] == f"sha384-{digest}"
    assert client.get("/sdk.js").headers["Content-Location"] == told["personalize"]["url"]


def test_the_parts_a_script_names_lie_where_it_looks_for_them(client):
    told = client.get("/sdk.json").json()["personalize"]["url"]
    for script in ("/sdk.js", told):
        parts = re.findall(r'import\(new URL\("([^"]+)"', client.get(script).content.decode())
        assert len(parts) == 2
        for part in parts:
            answer = client.get(urljoin(script, part))
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_of_yesterday_gets_the_client_of_today(client):
    answer = client.get("/sdk/0123456789abcdef.js")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sdk.js")
