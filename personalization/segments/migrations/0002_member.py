"""The member table: who is in which definition now."""

from django.db import migrations

CREATE = """
CREATE TABLE segments_member (
    key varchar(32) NOT NULL, profile uuid NOT NULL, site_id integer NOT NULL, since bigint NOT NULL,
    PRIMARY KEY (key, profile)
);
CREATE INDEX segments_member_profile ON segments_member (profile);
"""


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE segments_member")]
