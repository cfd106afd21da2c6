"""A juror has time to travel between two buildings, as an organisation has.

A seat carries the building and the journey of its pitch in its own row. All seats of a statement that
moves pitches follow in one statement, because a juror sits at several pitches of a call that moves house.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

FOLLOW = """
CREATE FUNCTION seat_knows_its_journey() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.site, p.journey INTO NEW.site, NEW.journey FROM pitches_pitch p WHERE p.id = NEW.pitch_id;
    NEW.site := coalesce(NEW.site, '');
    RETURN NEW;
END $$;
CREATE TRIGGER seat_knows_its_journey BEFORE INSERT OR UPDATE
    ON pitches_seat FOR EACH ROW EXECUTE FUNCTION seat_knows_its_journey();

CREATE FUNCTION seats_follow_their_pitches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pitches_seat s SET site = p.site FROM moved p
        WHERE s.pitch_id = p.id AND (s.site, s.journey) IS DISTINCT FROM (p.site, p.journey);
    RETURN NULL;
END $$;
CREATE TRIGGER seats_follow_their_pitches AFTER UPDATE ON pitches_pitch
    REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION seats_follow_their_pitches();

UPDATE pitches_seat SET site = '';
"""
STAY = """
DROP TRIGGER seats_follow_their_pitches ON pitches_pitch;
DROP FUNCTION seats_follow_their_pitches;
DROP TRIGGER seat_knows_its_journey ON pitches_seat;
DROP FUNCTION seat_knows_its_journey;
"""


class Migration(migrations.Migration):
    dependencies = [("pitches", "0010_heard_pitches_stand")]

    operations = [
        migrations.AddField(
            model_name="seat",
            name="journey",
            field=django.contrib.postgres.fields.ranges.DateTimeRangeField(
                editable=False, null=True, verbose_name="with half the journey"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="site",
            field=models.TextField(default="", editable=False, verbose_name="building"),
        ),
        migrations.RunSQL(FOLLOW, STAY),
        migrations.AddConstraint(
            model_name="seat",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                deferrable=models.Deferrable["IMMEDIATE"],
                expressions=[("juror", "="), ("site", "<>"), ("journey", "&&")],
                name="a_juror_has_time_to_travel",
            ),
        ),
    ]
