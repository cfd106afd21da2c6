"""The same room of the same building is one room for all calls, and an organisation has time to travel.

A pitch carries its building, its room and its hours with half the journey in its own row, because an
exclusion constraint looks no further. The database writes them whenever the pitch, its room, or the
address or travel time of its timetable changes; nobody can forget it.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.conf import settings
from django.db import migrations, models

import pitches.models.timetable

FOLLOW = """
CREATE FUNCTION pitch_knows_its_hall() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    NEW.site := '';
    NEW.hall := '';
    NEW.journey := NULL;
    IF NEW.room_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT t.id, t.site, r.key, make_interval(secs => t.travel_minutes * 30) AS half INTO found
        FROM pitches_room r JOIN pitches_timetable t ON t.id = r.timetable_id
        WHERE r.id = NEW.room_id FOR SHARE;
    NEW.site := coalesce(nullif(found.site, ''), 'timetable ' || found.id);
    NEW.hall := NEW.site || ' / ' || found.key;
    IF NEW.during IS NOT NULL AND NOT isempty(NEW.during) THEN
        NEW.journey := tstzrange(lower(NEW.during) - found.half, upper(NEW.during) + found.half);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pitch_knows_its_hall BEFORE INSERT OR UPDATE OF room_id, during, site, hall, journey
    ON pitches_pitch FOR EACH ROW EXECUTE FUNCTION pitch_knows_its_hall();

CREATE FUNCTION pitches_follow_their_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pitches_pitch SET hall = '' WHERE room_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER pitches_follow_their_room AFTER UPDATE OF name, timetable_id
    ON pitches_room FOR EACH ROW EXECUTE FUNCTION pitches_follow_their_room();

CREATE FUNCTION pitches_follow_their_timetable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pitches_pitch SET hall = ''
        WHERE room_id IN (SELECT id FROM pitches_room WHERE timetable_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER pitches_follow_their_timetable AFTER UPDATE
    ON pitches_timetable FOR EACH ROW
    WHEN (OLD.place <> NEW.place OR OLD.travel_minutes <> NEW.travel_minutes)
    EXECUTE FUNCTION pitches_follow_their_timetable();

UPDATE pitches_pitch SET hall = '';
"""
STAY = """
DROP TRIGGER pitches_follow_their_timetable ON pitches_timetable;
DROP FUNCTION pitches_follow_their_timetable;
DROP TRIGGER pitches_follow_their_room ON pitches_room;
DROP FUNCTION pitches_follow_their_room;
DROP TRIGGER pitch_knows_its_hall ON pitches_pitch;
DROP FUNCTION pitch_knows_its_hall;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_role_of_its_region"),
        ("challenges", "0007_extension_reason"),
        ("pitches", "0006_shortlist_stands_once_invited"),
        ("submissions", "0007_links_to_files_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="pitch",
            name="a_room_hears_one_pitch_at_a_time",
        ),
        migrations.AddField(
            model_name="pitch",
            name="hall",
            field=models.TextField(default="", editable=False, verbose_name="room in its building"),
        ),
        migrations.AddField(
            model_name="pitch",
            name="journey",
            field=django.contrib.postgres.fields.ranges.DateTimeRangeField(
                editable=False, null=True, verbose_name="with half the journey"
            ),
        ),
        migrations.AddField(
            model_name="pitch",
            name="site",
            field=models.TextField(
                default="",
                editable=False,
                help_text="Written by the database, like the next two.",
                verbose_name="building",
            ),
        ),
        migrations.AddField(
            model_name="room",
            name="key",
            field=models.GeneratedField(
                db_persist=True,
                expression=pitches.models.timetable.Key("name"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="timetable",
            name="site",
            field=models.GeneratedField(
                db_persist=True,
                expression=pitches.models.timetable.Key("place"),
                output_field=models.TextField(),
                verbose_name="building",
            ),
        ),
        migrations.AlterField(
            model_name="timetable",
            name="place",
            field=models.CharField(
                blank=True,
                help_text="The address in the invitations. Calls that give the same address share its rooms, and nobody travels between them.",
                max_length=200,
                verbose_name="place",
            ),
        ),
        migrations.AlterField(
            model_name="timetable",
            name="travel_minutes",
            field=models.PositiveSmallIntegerField(
                default=60,
                help_text="Kept free between pitches in two regions; the mean of what both calls say. Our assumption.",
                verbose_name="minutes of travel",
            ),
        ),
        migrations.RunSQL(FOLLOW, STAY),
        migrations.AddConstraint(
            model_name="pitch",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("hall", "="), ("during", "&&")], name="a_room_hears_one_pitch_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="pitch",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("organisation", "="), ("site", "<>"), ("journey", "&&")],
                name="an_organisation_has_time_to_travel",
            ),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(fields=("timetable", "key"), name="room_once_per_call"),
        ),
    ]
