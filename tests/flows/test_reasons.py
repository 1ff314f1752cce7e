"""Why a profile is said to be at a stage: the rule in words, its revision, and since when."""

import orjson
import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from personalization.flows import awaiting, inference, portrait, publication
from personalization.plant.instants import to_text
from personalization.segments import stages
from personalization.segments.models import Conclusion, StageRules
from tests.flows.ground import HOUR, START, Ground, track

pytestmark = pytest.mark.django_db(transaction=True)

LOYAL = {
    "id": "loyal",
    "priority": 30,
    "conclude": {"derived.stage": "loyalty"},
    "when": {"event": "Order Completed", "operator": "at_least", "value": 2},
}
CLUB = {
    "id": "club",
    "conclude": {"derived.next": "club"},
    "when": {"attribute": "derived.stage", "operator": "equals", "value": "loyalty"},
}
GREET = {"id": "greet", "conclude": {"derived.greeting": "hello"}, "when": {"everyone": True}}


@pytest.fixture
def ground():
    made = Ground()
    publish(made, LOYAL, CLUB)
    made.clock.instant = START
    made.admit([track("Order Completed", "ada", 0), track("Order Completed", "ada", 0)])
    made.drain()
    settled(made)
    return made


def publish(ground, *rules):
    held, _ = StageRules.objects.get_or_create(site=ground.site)
    revision = stages.draft(held, {"rules": [*rules]}, "test")
    publication.publish_stages(revision.pk, "test", ground.clock)


def settled(ground):
    ground.fire()
    awaiting.sweep(ground.site.pk, ground.clock)
    inference.run(ground.clock)


def shown(ground):
    return portrait.of(ground.site.pk, ground.profile("ada"), ground.clock.now())


def test_the_portrait_says_because_of_which_rule(ground):
    following, staged = shown(ground)["conclusions"]
    assert staged == {
        "name": "derived.stage",
        "value": "loyalty",
        "since": to_text(Conclusion.objects.get().at),
        "because": "loyal",
        "when": "placed an order at least 2 times",
        "revision": 1,
    }
    assert (following["name"], following["because"]) == ("derived.next", "club")


def test_a_value_stands_since_it_was_first_concluded(ground):
    publish(ground, LOYAL, CLUB, GREET)
    ground.clock.instant = START + HOUR
    settled(ground)
    first, last = Conclusion.objects.order_by("id")
    assert first.at <= last.at
    since = {one["name"]: (one["since"], one["revision"]) for one in shown(ground)["conclusions"]}
    assert since == {
        "derived.greeting": (to_text(last.at), 2),
        "derived.next": (to_text(first.at), 2),
        "derived.stage": (to_text(first.at), 2),
    }


def test_what_is_concluded_no_more_is_shown_no_more(ground):
    publish(ground, GREET)
    ground.clock.instant = START + HOUR
    settled(ground)
    assert [one["name"] for one in shown(ground)["conclusions"]] == ["derived.greeting"]


def test_the_page_and_the_command_show_it(ground, capsys):
    page = render_to_string("admin/desk/visitor.html", {"portrait": shown(ground)})
    assert "loyal: placed an order at least 2 times (r1)" in page
    call_command("profile", "show", "ada", site=ground.site.slug)
    said = capsys.readouterr().out
    assert "because of rule loyal: placed an order at least 2 times" in said
    call_command("profile", "show", "ada", "--json", site=ground.site.slug)
    assert orjson.loads(capsys.readouterr().out)["conclusions"]


def test_of_a_profile_without_conclusions_nothing_is_said():
    made = Ground()
    made.admit([track("Order Completed", "ada", 0)])
    made.drain()
    assert shown(made)["conclusions"] == []
