from django.db import migrations

STAND = """
CREATE FUNCTION reason_of_released_decision_stands() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM decisions_decision d WHERE d.status = 'released' AND (
            (TG_OP <> 'INSERT' AND d.id = OLD.decision_id) OR (TG_OP <> 'DELETE' AND d.id = NEW.decision_id)
        )
    ) THEN
        RAISE EXCEPTION 'the reasons of a released decision never change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE FUNCTION assessor_had_no_part() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM decisions_reply r
        JOIN decisions_decision d ON d.id = r.decision_id
        JOIN decisions_release l ON l.id = d.release_id
        WHERE r.id = NEW.reply_id AND (
            NEW.by_id IN (d.drafted_by_id, l.requested_by_id, l.approved_by_id)
            OR EXISTS (SELECT 1 FROM decisions_decisionreason w
                       WHERE w.decision_id = d.id AND w.written_by_id = NEW.by_id)
            OR EXISTS (SELECT 1 FROM reviews_review v
                       WHERE v.proposal_id = d.proposal_id AND v.reviewer_id = NEW.by_id)
            OR EXISTS (SELECT 1 FROM reviews_shortlisting s
                       WHERE s.proposal_id = d.proposal_id AND s.by_id = NEW.by_id)
        )
    ) THEN
        RAISE EXCEPTION 'a reply is assessed by somebody who had no part in the decision'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER released_decision_stands BEFORE UPDATE OR DELETE ON decisions_decision
    FOR EACH ROW WHEN (OLD.status = 'released') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER released_reason_stands BEFORE INSERT OR UPDATE OR DELETE ON decisions_decisionreason
    FOR EACH ROW EXECUTE FUNCTION reason_of_released_decision_stands();
CREATE TRIGGER reply_stands BEFORE UPDATE OR DELETE ON decisions_reply
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER late_reply_stands BEFORE UPDATE OR DELETE ON decisions_latereply
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assessment_stands BEFORE UPDATE OR DELETE ON decisions_assessment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assessment_by_somebody_else BEFORE INSERT ON decisions_assessment
    FOR EACH ROW EXECUTE FUNCTION assessor_had_no_part();
"""
GIVE_WAY = """
DROP TRIGGER assessment_by_somebody_else ON decisions_assessment;
DROP TRIGGER assessment_stands ON decisions_assessment;
DROP TRIGGER late_reply_stands ON decisions_latereply;
DROP TRIGGER reply_stands ON decisions_reply;
DROP TRIGGER released_reason_stands ON decisions_decisionreason;
DROP TRIGGER released_decision_stands ON decisions_decision;
DROP FUNCTION assessor_had_no_part;
DROP FUNCTION reason_of_released_decision_stands;
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial"), ("journal", "0002_append_only")]

    operations = [migrations.RunSQL(STAND, GIVE_WAY)]
