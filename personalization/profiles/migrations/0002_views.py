"""Identities are also found by the view they belong to."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("profiles", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX profiles_identity_view ON profiles_identity (view)",
            "DROP INDEX profiles_identity_view",
        )
    ]
