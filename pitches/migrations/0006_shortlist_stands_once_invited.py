from django.db import migrations

STAND = """
CREATE FUNCTION shortlist_stands_once_invited() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM submissions_proposal p JOIN pitches_timetable t ON t.call_id = p.call_id
        WHERE t.releases > 0 AND (
            (TG_OP <> 'INSERT' AND p.id = OLD.proposal_id) OR (TG_OP <> 'DELETE' AND p.id = NEW.proposal_id)
        )
    ) THEN
        RAISE EXCEPTION 'the shortlist stands once invitations to pitch went out'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER shortlist_stands_once_invited BEFORE INSERT OR UPDATE OR DELETE ON reviews_shortlisting
    FOR EACH ROW EXECUTE FUNCTION shortlist_stands_once_invited();
"""
GIVE_WAY = """
DROP TRIGGER shortlist_stands_once_invited ON reviews_shortlisting;
DROP FUNCTION shortlist_stands_once_invited;
"""


class Migration(migrations.Migration):
    dependencies = [("pitches", "0005_relief"), ("reviews", "0005_openings")]
    operations = [migrations.RunSQL(STAND, GIVE_WAY)]
