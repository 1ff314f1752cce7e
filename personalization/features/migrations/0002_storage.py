"""States are rewritten often: room on each page keeps the rewriting in place."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("features", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE features_profilestate SET (fillfactor = 60);"
            "ALTER TABLE features_profilestate ALTER body SET COMPRESSION lz4;"
            "CREATE INDEX features_profilestate_site ON features_profilestate (site_id, digest);",
            "DROP INDEX features_profilestate_site",
        )
    ]
