"""A state remembers its profile's first event, heard or not; how many came since is not asked."""

from django.db import migrations

import personalization.plant.instants


class Migration(migrations.Migration):
    dependencies = [("features", "0002_storage")]
    operations = [
        migrations.RemoveField("profilestate", "since_checkpoint"),
        migrations.AddField(
            "profilestate", "first_at", personalization.plant.instants.InstantField(default=0)
        ),
    ]
