"""The page's client in a real browser, against a server that is well, late, dead or forbidden."""

import pytest

from tests.browser.pages import Server, decision, hero, until

pytestmark = pytest.mark.browser


def test_a_page_asks_once_and_shows_the_decision(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    assert [asked["slots"] for asked in server.asked] == [["home.hero"]]
    assert server.asked[0]["key"] == "pk_test"
    assert len(server.asked[0]["anonymousId"]) == 36


def test_what_was_said_before_the_script_came_is_sent_with_the_visitor_s_id(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    until(page, lambda: server.events)
    assert server.events[0]["event"] == "Said Early"
    until(page, lambda: server.asked)
    assert server.events[0]["anonymousId"] == server.asked[0]["anonymousId"]


@pytest.mark.parametrize("fault", ["script", "hangs", "decide"])
def test_the_fallback_is_there_within_two_seconds_whatever_is_dead(context, page, fault):
    server = Server(context)
    server.down.add(fault)
    page.goto("https://page.test/")
    page.get_by_text("For everybody").wait_for(state="visible", timeout=4000)


@pytest.mark.parametrize("fault", ["script", "hangs"])
def test_the_deadline_is_two_seconds_of_the_page_s_own_clock_without_any_script(
    context, page, fault
):
    server = Server(context)
    server.down.add(fault)
    page.goto("https://page.test/")
    seen = page.evaluate(
        """() => {
          const slot = document.querySelector("[data-personalize-slot]");
          const [deadline] = slot.getAnimations();
          deadline.pause();
          return [0, 1999, 2000, 9000].map((at) => {
            deadline.currentTime = at;
            return getComputedStyle(slot).visibility;
          });
        }"""
    )
    assert seen == ["hidden", "hidden", "visible", "visible"]


def test_a_late_decision_replaces_the_fallback(context, page):
    server = Server(context)
    server.down.add("decide")
    page.goto("https://page.test/")
    page.get_by_text("For everybody").wait_for()
    until(page, lambda: server.subscribed)
    server.push(decision("late", "<p>Late</p>"))
    page.get_by_text("Late").wait_for()


def test_a_push_changes_the_slot_without_a_reload(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    assert server.subscribed[0]["cursor"] == "c_1"
    page.evaluate("window.stayed = true")
    server.push(decision("second", "<p>Second</p>"))
    page.get_by_text("Second").wait_for()
    assert page.evaluate("window.stayed")


def test_a_push_without_content_brings_the_author_s_children_back(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    until(page, lambda: server.subscribed)
    server.push({"slot": "home.hero", "variant": None, "content": None, "swap": "now"})
    page.get_by_text("For everybody").wait_for()


def test_a_swap_that_may_only_happen_between_pages_waits_until_the_page_is_left(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    server.push(decision("later", "<p>Later</p>", swap="navigation"))
    server.push({**decision("x", "<p>X</p>"), "slot": "other"})
    page.wait_for_timeout(100)
    assert hero(page).inner_text() == "First"
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.get_by_text("Later").wait_for()


def test_a_dropped_stream_is_resumed_with_the_newest_cursor(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    server.push(decision("second", "<p>Second</p>"))
    page.get_by_text("Second").wait_for()
    server.sockets[-1].close(code=1012)
    until(page, lambda: len(server.subscribed) > 1)
    assert server.subscribed[-1]["cursor"] == "c_2"


def test_a_refused_stream_is_not_tried_again(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    until(page, lambda: server.subscribed)
    server.sockets[-1].close(code=4401)
    page.wait_for_timeout(1200)
    assert len(server.sockets) == 1


def test_events_survive_a_dead_server_and_arrive_once(context, page):
    server = Server(context)
    server.down.add("batch")
    page.goto("https://page.test/")
    page.evaluate("pz.push(['track', 'Kept', {}])")
    page.get_by_text("First").wait_for()
    server.down.clear()
    page.reload()
    until(page, lambda: any(event["event"] == "Kept" for event in server.events), 30)
    until(
        page,
        lambda: page.evaluate("Object.keys(localStorage).join().includes('queue')") is False,
        30,
    )
    kept = {event["messageId"] for event in server.events if event["event"] == "Kept"}
    assert len(kept) == 1


def test_seeing_and_clicking_a_variant_are_told(context, page):
    server = Server(context)
    server.answer = [decision("linked", '<p><a href="#there">There</a></p>')]
    page.goto("https://page.test/")
    page.get_by_text("There").click()
    until(
        page, lambda: {"Content Viewed", "Content Clicked"} <= {e["event"] for e in server.events}
    )
    clicked = next(e for e in server.events if e["event"] == "Content Clicked")
    assert clicked["properties"]["variant"] == "linked"


def test_a_slot_somebody_types_in_is_not_changed_under_their_hands(context, page):
    server = Server(context)
    server.answer = [decision("form", '<p><a id="held" href="#x">Form</a></p>')]
    page.goto("https://page.test/")
    page.get_by_text("Form").focus()
    until(page, lambda: server.subscribed)
    server.push(decision("second", "<p>Second</p>"))
    page.wait_for_timeout(100)
    assert hero(page).inner_text() == "Form"
    page.locator("#field").focus()
    page.get_by_text("Second").wait_for()


def test_who_denied_is_not_asked_about_and_sees_the_fallback_at_once(context, page):
    server = Server(context, 'data-personalize-consent="denied"')
    page.goto("https://page.test/")
    page.get_by_text("For everybody").wait_for(state="visible", timeout=1500)
    page.wait_for_timeout(200)
    assert (server.asked, server.events, server.sockets) == ([], [], [])
    assert page.evaluate("localStorage.length") == 0


def test_a_withdrawal_is_told_once_and_forgets_everything(context, page):
    server = Server(context)
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    page.evaluate("pz.push(['consent', {analytics: false, personalization: false}])")
    page.get_by_text("For everybody").wait_for()
    until(page, lambda: any("consent" in event["context"] for event in server.events))
    assert page.evaluate("localStorage.getItem('pz.anonymous')") is None
    page.reload()
    page.get_by_text("For everybody").wait_for(state="visible", timeout=1500)
    assert len(server.asked) == 1


def test_a_withdrawal_a_dead_server_did_not_hear_is_said_again_and_nothing_else(context, page):
    server = Server(context)
    server.down.add("batch")
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    page.evaluate("pz.push(['consent', {analytics: false, personalization: false}])")
    page.get_by_text("For everybody").wait_for()
    server.down.clear()
    page.reload()
    until(page, lambda: server.events, 30)
    assert {event["event"] for event in server.events} == {"Consent Withdrawn"}


def test_nothing_a_page_asks_for_breaks_it(context, page):
    Server(context)
    errors = []
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 playwright wants a function
    page.goto("https://page.test/")
    page.get_by_text("First").wait_for()
    page.evaluate("pz.push(['dance'], null, 7, ['track'], ['consent'], ['identify', null, null])")
    page.wait_for_timeout(100)
    assert errors == []
