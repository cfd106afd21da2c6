"""A ballot that ended holds no envelopes, never changes again, and takes no votes."""

from django.db import migrations

KEEP = """
CREATE FUNCTION ended_ballot_holds_no_envelope() RETURNS trigger AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pitches_voter v WHERE v.ballot_id = NEW.id AND v.envelope IS NOT NULL) THEN
        RAISE EXCEPTION 'a ballot ends when its envelopes are destroyed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE FUNCTION envelope_is_of_an_open_ballot() RETURNS trigger AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pitches_ballot b WHERE b.id = NEW.ballot_id AND b.state = 'open') THEN
        RAISE EXCEPTION 'a ballot that ended takes no votes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER ballot_ends_empty BEFORE INSERT OR UPDATE ON pitches_ballot
    FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION ended_ballot_holds_no_envelope();
CREATE TRIGGER ended_ballot_stands BEFORE UPDATE ON pitches_ballot
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_while_open BEFORE INSERT OR UPDATE ON pitches_voter
    FOR EACH ROW WHEN (NEW.envelope IS NOT NULL) EXECUTE FUNCTION envelope_is_of_an_open_ballot();
"""
LET_GO = """
DROP TRIGGER vote_while_open ON pitches_voter;
DROP TRIGGER ended_ballot_stands ON pitches_ballot;
DROP TRIGGER ballot_ends_empty ON pitches_ballot;
DROP FUNCTION envelope_is_of_an_open_ballot;
DROP FUNCTION ended_ballot_holds_no_envelope;
"""


class Migration(migrations.Migration):
    dependencies = [("pitches", "0003_deliberation"), ("journal", "0002_append_only")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
