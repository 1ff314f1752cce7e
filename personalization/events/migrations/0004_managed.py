"""Django may empty this table in tests, as it may the others."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_queue'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='admitted',
            options={},
        ),
    ]
