"""States are rewritten often: room on each page keeps the rewriting in place."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("features", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE features_profilestate SET (fillfactor = 60);"
            # lz4 is quicker, but not every server is built with it (the embedded one is not)
            "DO $$ BEGIN ALTER TABLE features_profilestate ALTER body SET COMPRESSION lz4; "
            "EXCEPTION WHEN feature_not_supported THEN NULL; END $$;"
            "CREATE INDEX features_profilestate_site ON features_profilestate (site_id, digest);",
            "DROP INDEX features_profilestate_site",
        )
    ]
