"""The inbox is a queue: its dead rows are swept early, so that looking for work stays cheap."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0002_admitted")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE events_inbox SET (autovacuum_vacuum_scale_factor = 0,"
            " autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)",
            migrations.RunSQL.noop,
        )
    ]
