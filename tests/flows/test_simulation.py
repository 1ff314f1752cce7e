"""The demo's crowd is exact, repeatable, of the past, and worth learning from."""

from collections import Counter

import pytest

from personalization.flows import simulation
from personalization.flows.lantern import catalogue
from personalization.plant.instants import to_text

UNTIL = 1_795_000_000_000_000


@pytest.fixture(scope="module")
def crowd():
    return list(simulation.everybody(7, 300, 12_000, UNTIL, catalogue()))


def test_there_are_exactly_as_many_visitors_and_events_as_asked_for(crowd):
    assert len(crowd) == 300
    assert sum(len(messages) for messages in crowd) == 12_000


def test_every_visitor_does_something_and_few_do_much(crowd):
    sizes = sorted(len(messages) for messages in crowd)
    assert sizes[0] >= simulation.FEWEST
    assert sizes[-1] > 4 * sizes[len(sizes) // 2]


def test_fewer_than_three_events_a_visitor_are_refused():
    with pytest.raises(ValueError, match="need at least 30 events"):
        simulation.quotas(7, 10, 29)


def test_the_same_seed_gives_the_same_crowd_and_another_seed_another():
    one, same, other = (
        list(simulation.everybody(seed, 20, 400, UNTIL, catalogue())) for seed in (1, 1, 2)
    )
    assert one == same != other


def test_every_message_has_its_own_id(crowd):
    ids = Counter(message["messageId"] for messages in crowd for message in messages)
    assert set(ids.values()) == {1}


def test_everything_happened_in_the_thirty_days_before(crowd):
    first = to_text(UNTIL - 31 * simulation.DAY)
    times = [message["timestamp"] for messages in crowd for message in messages]
    assert first < min(times) <= max(times) < to_text(UNTIL)


def test_each_visitor_s_messages_are_in_order(crowd):
    for messages in crowd:
        times = [message["timestamp"] for message in messages]
        assert times == sorted(times)


def test_who_fills_a_cart_is_likelier_to_buy(crowd):
    def bought(messages):
        return any(message.get("event") == "Order Completed" for message in messages)

    carts = [[m.get("event") for m in messages].count("Product Added") for messages in crowd]
    keen = [bought(messages) for messages, filled in zip(crowd, carts, strict=True) if filled > 1]
    cool = [bought(messages) for messages, filled in zip(crowd, carts, strict=True) if filled <= 1]
    assert sum(keen) / len(keen) > 2 * sum(cool) / len(cool)
