"""Features come in force as a set that is prepared; what was declared until now is in force."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def keep(apps, _editor):
    """Put in force what every site had declared: until now that was the same."""
    told = {}
    for site, name, measure in apps.get_model("features", "Feature").objects.values_list(
        "site_id", "name", "measure"
    ):
        told.setdefault(site, {})[name] = measure
    apps.get_model("features", "FeatureSet").objects.bulk_create(
        apps.get_model("features", "FeatureSet")(
            site_id=site, number=1, declared=declared, status="live", published_at=timezone.now()
        )
        for site, declared in told.items()
    )


class Migration(migrations.Migration):
    dependencies = [("features", "0004_inline"), ("sites", "0001_initial")]
    operations = [
        migrations.AddField(
            "feature",
            "purpose",
            models.CharField(
                max_length=20,
                default="personalization",
                help_text="readers know the feature only of who permits this purpose",
            ),
        ),
        migrations.CreateModel(
            "FeatureSet",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("declared", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("live", "Live"), ("retired", "Retired")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("author", models.CharField(blank=True, max_length=150)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feature_sets",
                        to="sites.site",
                    ),
                ),
            ],
            options={"ordering": ["-number"], "unique_together": {("site", "number")}},
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
