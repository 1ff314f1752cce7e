"""Django may empty this table in tests, as it may the others."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('segments', '0003_site'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='member',
            options={},
        ),
    ]
