from django.db import migrations

STAND = """
CREATE FUNCTION heard_pitch_stands() RETURNS trigger AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pitches_deliberation d WHERE d.pitch_id = OLD.id) THEN
        RAISE EXCEPTION 'a pitch that the jury deliberated on stays where it is'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER heard_pitch_stands BEFORE UPDATE OF room_id, during ON pitches_pitch
    FOR EACH ROW WHEN (OLD.room_id IS DISTINCT FROM NEW.room_id OR OLD.during IS DISTINCT FROM NEW.during)
    EXECUTE FUNCTION heard_pitch_stands();
"""
GIVE_WAY = """
DROP TRIGGER heard_pitch_stands ON pitches_pitch;
DROP FUNCTION heard_pitch_stands;
"""


class Migration(migrations.Migration):
    dependencies = [("pitches", "0009_place_that_was_told")]
    operations = [migrations.RunSQL(STAND, GIVE_WAY)]
