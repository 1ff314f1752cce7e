"""The same declarations on Spark: run locally, on a sample, equal to DuckDB."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from typing import Any

import ibis
import pytest

from personalization.features.pointintime import frames
from personalization.features.pointintime.values import read, values
from tests.features import shop
from tests.features.comparing import measured

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not shutil.which("java"), reason="java is not here, and Spark needs it"),
]
SAMPLE = 2_000


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: no requirement")
    opened = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    opened = opened.config("spark.sql.shuffle.partitions", "2")
    opened = opened.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
    session = opened.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    yield ibis.pyspark.connect(session)
    session.stop()


def test_spark_says_what_duckdb_says(spark: Any) -> None:
    draw = random.Random(5)
    log = frames.events(shop.log(40, 60, draw))
    asked = frames.points(shop.points(40, SAMPLE, draw))
    events = spark.create_table("log", log, overwrite=True)
    points = spark.create_table("points", asked, overwrite=True)
    for name, document in shop.DECLARED.items():
        measure = measured(document)
        near = values(measure, frames.table(asked), frames.table(log)).to_pyarrow().to_pylist()
        far = values(measure, points, events).to_pyarrow().to_pylist()
        assert _told(measure, far) == _told(measure, near), name


def _told(measure: Any, rows: Any) -> dict[tuple[str, int], object]:
    return {(row["profile"], row["now"]): repr(read(measure, row)) for row in rows}
