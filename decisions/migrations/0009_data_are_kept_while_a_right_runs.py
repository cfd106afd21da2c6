from django.db import migrations

# The same as decisions/retention.py says in Python: reply, its answer, and the appeal that both letters name.
KEEP = """
CREATE FUNCTION last_right_ends(of_call bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    WITH ends AS (
        SELECT until AS moment FROM challenges_milestone WHERE call_id = of_call AND kind = 'reply'
        UNION ALL
        SELECT reply_until FROM decisions_decision WHERE call_id = of_call AND status = 'released'
    ), letters AS (
        SELECT released_at AS moment FROM decisions_decision WHERE call_id = of_call AND status = 'released'
        UNION ALL
        SELECT a.at FROM decisions_assessment a JOIN decisions_reply r ON r.id = a.reply_id
            JOIN decisions_decision d ON d.id = r.decision_id WHERE d.call_id = of_call
    ), counted AS (
        SELECT moment FROM letters
        UNION ALL
        SELECT moment FROM ends WHERE NOT EXISTS (SELECT 1 FROM letters)
    )
    SELECT max(moment) FROM (
        SELECT moment FROM ends
        UNION ALL
        SELECT c.moment + make_interval(hours => 24 * (m.days + 7))
            FROM counted c JOIN decisions_remedy m ON m.call_id = of_call
    ) every
$$;

CREATE FUNCTION call_keeps_data_while_a_right_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.keep_until < (last_right_ends(NEW.id) AT TIME ZONE NEW.timezone)::date THEN
        RAISE EXCEPTION 'data of a call are kept until its last right has ended'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- A right that moves later takes the day along; it never comes back by itself.
CREATE FUNCTION keep_until_follows(of_call bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE challenges_call c SET keep_until = (last_right_ends(of_call) AT TIME ZONE c.timezone)::date
    WHERE c.id = of_call AND c.keep_until < (last_right_ends(of_call) AT TIME ZONE c.timezone)::date
$$;

CREATE FUNCTION right_of_call_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_until_follows(NEW.call_id);
    RETURN NULL;
END $$;

CREATE FUNCTION right_after_assessment_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_until_follows(d.call_id) FROM decisions_reply r
        JOIN decisions_decision d ON d.id = r.decision_id WHERE r.id = NEW.reply_id;
    RETURN NULL;
END $$;

UPDATE challenges_call c SET keep_until = (last_right_ends(c.id) AT TIME ZONE c.timezone)::date
    WHERE c.keep_until < (last_right_ends(c.id) AT TIME ZONE c.timezone)::date;

CREATE TRIGGER call_keeps_data_while_a_right_runs BEFORE INSERT OR UPDATE ON challenges_call
    FOR EACH ROW EXECUTE FUNCTION call_keeps_data_while_a_right_runs();
CREATE TRIGGER reply_moved AFTER INSERT OR UPDATE ON challenges_milestone
    FOR EACH ROW WHEN (NEW.kind = 'reply') EXECUTE FUNCTION right_of_call_moved();
CREATE TRIGGER decision_released AFTER INSERT OR UPDATE ON decisions_decision
    FOR EACH ROW WHEN (NEW.status = 'released') EXECUTE FUNCTION right_of_call_moved();
CREATE TRIGGER remedy_moved AFTER INSERT OR UPDATE ON decisions_remedy
    FOR EACH ROW EXECUTE FUNCTION right_of_call_moved();
CREATE TRIGGER reply_assessed AFTER INSERT ON decisions_assessment
    FOR EACH ROW EXECUTE FUNCTION right_after_assessment_moved();
"""
LET_GO = """
DROP TRIGGER reply_assessed ON decisions_assessment;
DROP TRIGGER remedy_moved ON decisions_remedy;
DROP TRIGGER decision_released ON decisions_decision;
DROP TRIGGER reply_moved ON challenges_milestone;
DROP TRIGGER call_keeps_data_while_a_right_runs ON challenges_call;
DROP FUNCTION right_after_assessment_moved;
DROP FUNCTION right_of_call_moved;
DROP FUNCTION keep_until_follows;
DROP FUNCTION call_keeps_data_while_a_right_runs;
DROP FUNCTION last_right_ends;
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0008_reply_and_assessment_have_their_own_end")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
