"""What a page may rely on: consent, swaps, hydration, templates, previews, capture."""

import json

import pytest

from tests.browser.pages import PAGE, SERVER, Server, decision, hero, until

pytestmark = pytest.mark.browser
ASKS = ""
HERO = '<div data-personalize-slot="home.hero" data-pz-pending><p>For everybody</p></div>'


def test_nothing_is_asked_sent_or_kept_until_the_visitor_says_yes(context, page):
    server = Server(context, ASKS)
    page.goto("https://page.test/")
    page.get_by_text("For everybody").wait_for(state="visible", timeout=1500)
    page.evaluate("pz.track('Lost')")
    page.wait_for_timeout(300)
    assert (server.asked, server.events, server.sockets) == ([], [], [])
    assert page.evaluate("localStorage.length") == 0
    page.evaluate("pz.consent({analytics: true, personalization: true})")
    page.get_by_text("First").wait_for()
    page.evaluate("pz.track('Kept')")
    until(page, lambda: any(event["event"] == "Kept" for event in server.events))
    assert "Lost" not in {event["event"] for event in server.events}
    assert server.asked[-1]["context"]["consent"]["categoryPreferences"]["personalization"] is True


def test_one_purpose_alone_is_honoured_alone(context, page):
    server = Server(context, 'data-personalize-consent="personalization"')
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    page.evaluate("pz.track('Lost')")
    page.wait_for_timeout(300)
    assert server.events == []
    page.evaluate("pz.consent({analytics: true})")
    page.evaluate("pz.consent({personalization: false})")
    page.get_by_text("For everybody").wait_for()
    page.evaluate("pz.track('Kept')")
    until(page, lambda: any(event["event"] == "Kept" for event in server.events))


def test_with_global_privacy_control_there_is_no_request_at_all(context, page):
    server = Server(context)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true});"
        "localStorage.setItem('pz.anonymous', 'before')"
    )
    page.goto("https://page.test/")
    page.get_by_text("For everybody").wait_for(state="visible", timeout=1500)
    page.evaluate("pz.push(['consent', {analytics: true, personalization: true}], ['track', 'X'])")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(300)
    assert [url for url in asked if "/v1/" in url] == []
    assert page.evaluate("localStorage.getItem('pz.anonymous')") is None
    assert (server.events, server.sockets) == ([], [])


def state(*decisions):
    told = {"generation": 1, "cursor": "c_1", "anonymousId": "from-server", "decisions": decisions}
    return f'<script type="application/json" data-pz-state>{json.dumps(told)}</script>'


def test_a_page_rendered_on_a_server_asks_nothing_and_is_not_touched(context, page):
    there = "<p>First</p>"
    slot = f'<div data-personalize-slot="home.hero" data-pz-variant="first">{there}</div>'
    text = state(decision("first", there)).replace("{", "{{").replace("}", "}}")
    server = Server(context, page=PAGE.replace(HERO, slot + text))
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => window.was = document.querySelector('p'), true)"
    )
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    assert server.asked == []
    assert server.subscribed[0]["cursor"] == "c_1"
    assert server.subscribed[0]["anonymousId"] == "from-server"
    assert page.evaluate("document.querySelector('[data-pz-variant] p') === window.was")
    server.push(decision("second", "<p>Second</p>"))
    page.get_by_text("Second").wait_for()


@pytest.mark.parametrize(("swap", "box"), [("session", "session"), ("pinned", "local")])
def test_what_was_seen_first_stays_as_long_as_the_policy_says(context, page, swap, box):
    server = Server(context)
    server.answer = [decision("first", "<p>First</p>", swap=swap)]
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    server.push(decision("second", "<p>Second</p>", swap=swap))
    server.answer = [decision("second", "<p>Second</p>", swap=swap)]
    page.reload()
    until(page, lambda: len(server.subscribed) > 1)
    assert hero(page).inner_text() == "First"
    page.evaluate(f"{box}Storage.removeItem('pz.slots')")
    page.reload()
    page.get_by_text("Second").wait_for()


def test_a_template_is_filled_from_json_for_each_item_and_nothing_can_break_out(context, page):
    slot = (
        '<ul data-personalize-slot="home.hero" data-pz-pending><template>'
        '<li><a href="{{{{ content.link | default:\'/shop\' }}}}" title="{{{{content.title}}}}">'
        '{{{{ content.title | default:"An offer" }}}}</a></li></template><li>All offers</li></ul>'
    )
    server = Server(context, page=PAGE.replace(HERO, slot))
    items = [
        {"title": '"><img src=x onerror=pwned()>', "link": "javascript:alert(1)"},
        {"link": "https://e.x/a?b=1"},
    ]
    server.answer = [{
        "slot": "home.hero", "variant": "a", "swap": "now",
        "items": [{"variant": "a", "content": {"type": "json", "json": one}} for one in items],
    }]  # fmt: skip
    page.goto("https://page.test/")
    page.get_by_text("An offer").wait_for()
    links = page.evaluate(
        "[...document.querySelectorAll('li a')]"
        ".map(a => [a.getAttribute('href'), a.title, a.textContent])"
    )
    assert links[0] == ["/shop", items[0]["title"], items[0]["title"]]
    assert links[1] == ["https://e.x/a?b=1", "", "An offer"]
    assert page.locator("li img").count() == 0


def test_a_template_nobody_can_fill_leaves_the_author_s_words(context, page):
    slot = (
        '<div data-personalize-slot="home.hero" data-pz-pending><template>'
        '<p onclick="{{{{ content.x }}}}">x</p></template><p>For everybody</p></div>'
    )
    server = Server(context, page=PAGE.replace(HERO, slot))
    content = {"type": "json", "json": {"x": "pwned()"}}
    server.answer = [{"slot": "home.hero", "variant": "a", "content": content, "swap": "now"}]
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    page.get_by_text("For everybody").wait_for(state="visible")


def test_slots_that_come_later_are_asked_about_in_one_call_and_listened_to(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', "
        "'<personalized-slot name=b>B</personalized-slot><i data-personalize-slot=c>C</i>')"
    )
    until(page, lambda: len(server.asked) > 1)
    assert sorted(server.asked[1]["slots"]) == ["b", "c"]
    last = lambda: sorted(server.subscribed[-1].get("slots", [])) if server.subscribed else []  # noqa: E731
    until(page, lambda: last() == ["b", "c", "home.hero"])
    server.push({**decision("x", "<p>New B</p>"), "slot": "b"})
    page.locator("personalized-slot", has_text="New B").wait_for()


def test_where_sockets_fail_events_take_their_place(context, page):
    server = Server(context)
    server.down.add("sockets")
    told = {"type": "decisions", "cursor": "c_9", "decisions": [decision("late", "<p>Late</p>")]}
    context.route(
        f"{SERVER}/v1/stream?*",
        lambda route: route.fulfill(
            body=f"id: c_9\nevent: decisions\ndata: {json.dumps(told)}\n\n",
            content_type="text/event-stream",
            headers={"Access-Control-Allow-Origin": "*"},
        ),
    )
    page.goto("https://page.test/")
    page.get_by_text("Late").wait_for()
    assert server.asked[-1]["channel"] is True


def test_a_preview_is_asked_for_marked_and_kept_for_the_tab(context, page):
    server = Server(context)
    page.goto("https://page.test/?pz_preview=pv_abc")
    page.get_by_text("First").wait_for()
    assert server.asked[0]["preview"] == "pv_abc"
    until(page, lambda: server.events)
    assert all(event["context"]["preview"] is True for event in server.events)
    page.goto("https://page.test/")
    until(page, lambda: len(server.asked) > 1)
    assert server.asked[1]["preview"] == "pv_abc"
    until(page, lambda: server.subscribed)
    assert {said["preview"] for said in server.subscribed} == {"pv_abc"}
    server.push(decision("second", "<p>Second</p>", swap="pinned"))
    page.get_by_text("Second").wait_for()
    page.goto("https://page.test/?pz_preview=")
    until(page, lambda: len(server.asked) > 2)
    assert "preview" not in server.asked[2]


def test_segment_s_verbs_say_what_segment_s_clients_say(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    page.evaluate(
        "pz.push(['page', 'Shop', 'Home', {n: 1}], ['identify', 'u1', {plan: 'pro'}],"
        "['identify', {age: 4}], ['group', 'g1', {size: 3}], ['alias', 'u2'])"
    )
    until(page, lambda: len(server.events) > 5)
    said = {event["type"]: event for event in server.events}
    assert (said["page"]["category"], said["page"]["name"]) == ("Shop", "Home")
    assert (said["page"]["properties"]["n"], said["page"]["properties"]["path"]) == (1, "/")
    assert (said["identify"]["userId"], said["identify"]["traits"]) == ("u1", {"age": 4})
    assert said["group"]["groupId"] == "g1"
    assert (said["alias"]["userId"], said["alias"]["previousId"]) == ("u2", "u1")


def test_the_page_runs_under_a_strict_policy_with_trusted_types(context, page):
    policy = (
        "script-src 'nonce-n0'; require-trusted-types-for 'script'; trusted-types personalize;"
        "connect-src https://server.test wss://server.test; style-src 'unsafe-inline'"
    )
    text = PAGE.replace('<script type="module"', '<script type="module" nonce="n0"')
    server = Server(context, page=text, headers={"Content-Security-Policy": policy})
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    until(page, lambda: server.subscribed)
    said = [one for one in faults if "Security Policy" in one and "inline script" not in one]
    assert said == []


def test_the_capture_notes_what_is_done_and_nothing_that_is_typed(context, page):
    more = (
        '<a id="out" href="#x?secret=1">Out</a>'
        '<form id="f"><input name="mail"><button>Send</button></form>'
        '<div style="height:4000px"></div>'
        '<script defer src="https://server.test/sdk/capture.js" '
        'data-personalize-capture="clicks forms scroll dwell datalayer"></script>'
    )
    server = Server(context, page=PAGE.replace("<input", more + "<input"))
    page.goto("https://page.test/")
    page.evaluate("addEventListener('submit', event => event.preventDefault())")
    page.locator("#out").click()
    page.locator("[name=mail]").fill("ada@example.org")
    page.get_by_text("Send").click()
    page.evaluate("scrollTo(0, 9999)")
    page.evaluate("dataLayer.push({event: 'add_to_cart', value: 3})")
    wanted = {"Element Clicked", "Form Started", "Form Submitted", "Page Scrolled", "add_to_cart"}
    until(page, lambda: wanted <= {event.get("event") for event in server.events})
    said = json.dumps(server.events)
    assert "ada@example.org" not in said
    clicked = next(e for e in server.events if e.get("event") == "Element Clicked")
    assert clicked["properties"]["text"] == "Out"
