"""Somebody's own file: mapped, admitted like any event, resumed, repeated, its rejects named."""

import io
from pathlib import Path

import orjson
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from personalization.events import files, importing, mapping
from personalization.events.admission import Admission
from personalization.events.message import IMPORT, Call, read
from personalization.events.models import ImportRun, Packed
from personalization.events.order import Order, messages
from personalization.flows import admission as flow
from personalization.plant import json
from personalization.plant.clock import FixedClock
from personalization.plant.json import Malformed
from tests.events.ground import Ground, stored

pytestmark = stored
ROOT = Path(__file__).resolve().parents[2]
PRESET = ROOT / "docs" / "mappings" / "online_retail.json"
RETAIL = ROOT.parent / "shared" / "data" / "online_retail" / "online_retail.parquet"
SHOP = {
    "userId": {"column": "customer"},
    "timestamp": {"column": "day", "zone": "Europe/London"},
    "messageId": {"text": "o-{order}"},
    "group_by": "order",
    "event": "Order Completed",
    "properties": {
        "revenue": {"sum": ["n", "price"]},
        "products": {"list": {"sku": {"column": "sku"}, "n": {"column": "n", "as": "integer"}}},
    },
}
LINES = """order,sku,n,price,customer,day
1,a,1,0.1,ada,2011-07-01 12:00
2,b,1,5,bob,2011-01-01 12:00
1,b,2,0.1,ada,2011-07-01 12:01
3,c,x,5,bob,2011-01-01 12:00
4,c,1,5,,2011-01-01 12:00
5,c,1,5,bob,yesterday
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR", str(tmp_path))
    held = Ground({"live": 3600.0, "import": 3600.0})
    (tmp_path / "shop.csv").write_text(LINES)
    (tmp_path / "shop.json").write_bytes(orjson.dumps(SHOP))
    held.client.close()
    held.folder = tmp_path
    return held


def run(shop, *more):
    out = io.StringIO()
    command = ["events", "import", str(shop.folder / "shop.csv"), "--site", "shop", "--json"]
    call_command(*command, "--map", str(shop.folder / "shop.json"), *more, stdout=out)
    return orjson.loads(out.getvalue())


def test_rows_of_one_order_are_one_event_with_an_exact_sum(shop):
    told = run(shop)
    assert (told["accepted"], told["rejected"]) == (2, 3)
    bodies = {head[8]: body["properties"] for head, body in shop.stored()}
    assert bodies["ada"] == {
        "revenue": 0.3,
        "products": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}],
    }
    times = {head[8]: head[4] for head, _ in shop.stored()}
    assert times["ada"] == 1_309_518_000_000_000  # 11:00 UTC: summer time
    assert {row.lane for row in Packed.objects.all()} == {"import"}


def test_a_bad_row_is_named_put_aside_and_written_down(shop):
    run(shop)
    faults = [("not_a_number", "/n"), ("no_identity", "/anonymousId"), ("invalid_time", "/day")]
    assert shop.put_aside() == faults
    written = (shop.folder / "imports" / "shop.csv-1-of-1.rejected.jsonl").read_bytes().splitlines()
    assert [orjson.loads(line)["code"] for line in written] == [code for code, _ in faults]
    assert shop.counts() == {"accepted": 5, "quarantined": 3}


def test_the_same_import_again_changes_nothing(shop):
    assert run(shop) == run(shop)
    assert shop.counts() == {"accepted": 5, "quarantined": 3}


def test_pieces_together_are_the_whole(shop):
    assert run(shop, "--pieces", "3")["accepted"] == 2
    run(shop, "--pieces", "3", "--piece", "2")
    assert shop.counts() == {"accepted": 5, "quarantined": 3}
    assert ImportRun.objects.count() == 3


def test_an_import_goes_on_where_it_was_stopped(shop, monkeypatch):
    path = shop.folder / "many.jsonl"
    event = {"type": "track", "event": "E", "anonymousId": "a", "timestamp": "2020-01-01T00:00:00Z"}
    path.write_bytes(b"\n".join(orjson.dumps({**event, "properties": {"n": n}}) for n in range(50)))
    monkeypatch.setattr(importing, "BATCH", 8)
    order = Order(path, shop.site.pk)

    def interrupted(progress):
        if progress.run.accepted >= 16:
            raise KeyboardInterrupt

    def again(watch):
        sender = Admission(flow.url(), shop.clock, flow.consent)
        return importing.run(order, sender, shop.clock, watch)

    with pytest.raises(KeyboardInterrupt):
        again(interrupted)
    assert shop.counts() == {"accepted": 16}
    assert again(lambda _: None).accepted == 50
    assert len({head[0] for head, _ in shop.stored()}) == 50


def test_segment_lines_need_no_mapping_and_no_message_id(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"type": "page", "userId": "u"}\n\n{"a": NaN}\nnonsense\n')
    first, second, third = messages(Order(path, 1))
    assert first["messageId"].startswith("line-")
    assert next(messages(Order(path, 1))) == first
    assert [second[0].code, third[0].code] == ["not_a_number", "malformed"]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"evnt": "x"}, "/evnt"),
        ({"timestamp": {"zone": "UTC"}}, "/timestamp"),
        ({"timestamp": {"column": "day", "zone": "Mars/Phobos"}}, "/timestamp/zone"),
        ({"event": None}, "/event"),
        ({"properties": {"a": {"colum": "x"}}}, "/properties/a"),
        ({"properties": {"a": {"column": "x", "as": "date"}}}, "/properties/a/as"),
        ({"filter": {"column": "x"}}, "/filter"),
    ],
)
def test_a_wrong_mapping_is_named(change, at):
    with pytest.raises(Malformed) as caught:
        mapping.parse(SHOP | change)
    assert caught.value.at == at


def test_a_filter_leaves_rows_out(shop):
    chosen = SHOP | {"filter": {"column": "customer", "equals": "ada"}}
    (shop.folder / "shop.json").write_bytes(orjson.dumps(chosen))
    told = run(shop)
    assert (told["accepted"], told["left_out"]) == (1, 4)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2011-10-30 01:30", "2011-10-30T00:30:00+00:00"),  # occurs twice: the first of the two
        ("2011-03-27 01:30", "2011-03-27T01:30:00+00:00"),  # does not exist: the offset before
    ],
)
def test_the_hour_the_clocks_change_is_read_as_stated(local, utc):
    made = mapping.parse(SHOP).message(
        [{"day": local, "n": 1, "price": 1, "order": 1, "customer": 1}]
    )
    assert made["timestamp"] == utc


def test_what_is_missing_is_said_plainly(shop):
    with pytest.raises(CommandError, match="no site 'shp'; there are: shop"):
        call_command("events", "import", str(PRESET), "--site", "shp")
    with pytest.raises(CommandError, match="no mapping 'x'; there are: segment, online_retail"):
        call_command("events", "import", str(PRESET), "--site", "shop", "--map", "x")
    (shop.folder / "few.csv").write_text("a,b\n1,2\n")
    mapped = str(shop.folder / "shop.json")
    with pytest.raises(CommandError, match=r"few\.csv"):
        call_command(
            "events", "import", str(shop.folder / "few.csv"), "--site", "shop", "--map", mapped
        )


@pytest.mark.slow
@pytest.mark.skipif(not RETAIL.exists(), reason="the data set is not here: ../shared/data")
def test_the_retail_file_becomes_one_event_an_invoice():
    preset = mapping.parse(json.parse(PRESET.read_bytes()))
    found: dict[str, int] = {}
    ids, lines, anonymous = set(), 0, 0
    call = Call(1, "import", FixedClock(1_795_251_600_000_000).now(), limits=IMPORT)
    for rows in files.groups(RETAIL, preset.columns, preset.group_by):
        message = preset.message(rows)
        read(message, None, call)
        lines += len(rows)
        ids.add(message["messageId"])
        anonymous += "anonymousId" in message
        assert ("anonymousId" in message) != ("userId" in message)
        found[message["event"]] = found.get(message["event"], 0) + 1
    assert found == {"Order Completed": 22_061, "Order Refunded": 3_836, "Debt Adjusted": 3}
    assert (len(ids), lines, anonymous) == (25_900, 541_909, 3_710)
