"""Pages that are not alone or not new: tabs, back and forward, other visitors, many slots."""

import json

import pytest

from tests.browser.pages import PAGE, Server, decision, hero, until

pytestmark = pytest.mark.browser


def test_of_two_tabs_one_holds_the_stream_and_the_other_follows(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    other = context.new_page()
    other.goto("https://page.test/")
    until(page, lambda: len(server.subscribed) > 1)
    until(page, lambda: len(server.open) == 1)
    server.answer = [decision("second", "<p>Second</p>")]
    server.push(decision("second", "<p>Second</p>"))
    for one in (page, other):
        one.get_by_text("Second").wait_for()
    assert len(server.sockets) == 2
    other.close()
    until(page, lambda: len(server.sockets) == 3)  # who is left takes over


def test_a_page_that_is_left_holds_nothing_and_comes_back_with_its_cursor(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    server.push(decision("second", "<p>Second</p>"))
    page.get_by_text("Second").wait_for()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    until(page, lambda: not server.open)
    held = page.evaluate("navigator.locks.query().then(found => found.held.length)")
    assert held == 0
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    until(page, lambda: server.open)
    until(page, lambda: len(server.subscribed) > 1)
    assert server.subscribed[-1]["cursor"] == "c_2"
    assert len(server.asked) == 1


def test_a_page_that_was_kept_too_long_asks_again(context, page):
    server = Server(context)
    server.answer = [decision("first", "<p>First</p>", ttl=0)]
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    server.answer = [decision("second", "<p>Second</p>", ttl=60)]
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.get_by_text("Second").wait_for()


def test_an_answer_for_who_sat_here_before_is_not_shown_to_who_sits_here_now(context, page):
    server = Server(context)
    server.down.add("hangs")
    page.goto("https://page.test/")
    until(page, lambda: server.held)
    server.down.clear()
    page.evaluate("pz.reset()")
    page.get_by_text("First").wait_for()
    assert server.asked[0]["anonymousId"] != server.asked[1]["anonymousId"]
    server.tell(server.held[0], decision("private", "<p>Hers</p>"))
    server.push({**decision("x", "<p>X</p>"), "slot": "other"})
    page.evaluate("fetch('https://server.test/sdk/live.js').then(() => 0)")  # what came is worked
    page.wait_for_timeout(100)
    assert hero(page).inner_text() == "First"


def test_a_no_in_one_tab_is_a_no_for_what_another_has_not_sent_yet(context, page):
    server = Server(context)
    server.down.add("batch")
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    page.evaluate("pz.track('Here')")
    other = context.new_page()
    other.goto("https://page.test/")
    other.get_by_text("First").wait_for()
    other.evaluate("pz.consent({analytics: false, personalization: false})")
    page.get_by_text("For everybody").wait_for()
    server.down.clear()
    until(page, lambda: server.events, 30)
    page.wait_for_timeout(300)
    assert {event["event"] for event in server.events} == {"Consent Withdrawn"}


def test_a_no_that_was_said_while_the_browser_kept_a_page_aside_counts_when_it_is_back(
    context, page
):
    server = Server(context)
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    page.evaluate("localStorage.setItem('pz.consent', 'denied')")  # tells no event in its own tab
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.get_by_text("For everybody").wait_for()
    page.wait_for_timeout(200)
    assert (len(server.asked), server.open) == (1, [])


def test_a_page_of_many_slots_asks_for_all_of_them_anew(context, page):
    many = "".join(f'<i data-personalize-slot="s{n}">{n}</i>' for n in range(60))
    server = Server(context, page=PAGE.replace("<input", many + "<input"))
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    before = len(server.asked)
    told = {"type": "reset", "cursor": "c_7"}
    server.sockets[-1].send(json.dumps(told))
    until(page, lambda: len(server.asked) == before + 2)
    assert len({slot for asked in server.asked[before:] for slot in asked["slots"]}) == 61
