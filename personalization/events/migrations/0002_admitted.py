"""The admitted table: narrow, hash-partitioned, one row a message and site."""

from django.db import migrations

PARTITIONS = 16
CREATE = """
CREATE TABLE events_admitted (
    site_id integer NOT NULL, message uuid NOT NULL, body uuid NOT NULL,
    PRIMARY KEY (site_id, message)
) PARTITION BY HASH (site_id, message);
""" + "".join(
    f"CREATE TABLE events_admitted_{part} PARTITION OF events_admitted "
    f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {part});"
    for part in range(PARTITIONS)
)
SHARDS = """
INSERT INTO events_shard (lane, number, last_error)
SELECT lane, number, '' FROM (VALUES ('live'), ('import')) AS lanes (lane), generate_series(0, 15) AS number;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, "DROP TABLE events_admitted"),
        migrations.RunSQL(SHARDS, "DELETE FROM events_shard"),
    ]
