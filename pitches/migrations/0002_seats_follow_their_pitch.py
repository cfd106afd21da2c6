"""A seat carries the time of its pitch: the database copies it along, nobody has to remember."""

from django.db import migrations

FOLLOW = """
ALTER TABLE pitches_seat ADD CONSTRAINT seat_follows_its_pitch
    FOREIGN KEY (pitch_id, during) REFERENCES pitches_pitch (id, during) ON UPDATE CASCADE;
"""
STAY = "ALTER TABLE pitches_seat DROP CONSTRAINT seat_follows_its_pitch;"


class Migration(migrations.Migration):
    dependencies = [("pitches", "0001_initial")]
    operations = [migrations.RunSQL(FOLLOW, STAY)]
