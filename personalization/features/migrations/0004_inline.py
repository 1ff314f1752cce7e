"""A state of some kilobytes stays in its row as it is: compressing it cost more than writing it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("features", "0003_first")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE features_profilestate SET (toast_tuple_target = 8160);"
            "ALTER TABLE features_profilestate ALTER body SET STORAGE EXTERNAL,"
            " ALTER checkpoint SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        )
    ]
