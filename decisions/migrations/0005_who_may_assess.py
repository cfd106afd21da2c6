from django.db import migrations

HAD_NO_PART = """
CREATE OR REPLACE FUNCTION assessor_had_no_part() RETURNS trigger AS $$
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
            OR EXISTS (SELECT 1 FROM reviews_assignment a
                       WHERE a.proposal_id = d.proposal_id AND a.reviewer_id = NEW.by_id)
            OR EXISTS (SELECT 1 FROM reviews_admissibility f
                       WHERE f.proposal_id = d.proposal_id AND f.by_id = NEW.by_id)
            OR EXISTS (SELECT 1 FROM reviews_shortlisting s
                       WHERE s.proposal_id = d.proposal_id AND s.by_id = NEW.by_id)
            OR EXISTS (SELECT 1 FROM pitches_pitch p
                       LEFT JOIN pitches_seat z ON z.pitch_id = p.id
                       LEFT JOIN pitches_scoresheet q ON q.pitch_id = p.id
                       WHERE p.proposal_id = d.proposal_id AND NEW.by_id IN (z.juror_id, q.juror_id))
            OR EXISTS (SELECT 1 FROM decisions_partnership h
                       WHERE h.call_id = d.call_id AND NEW.by_id IN (h.recorded_by_id, h.confirmed_by_id))
            OR EXISTS (SELECT 1 FROM accounts_role o JOIN challenges_call c ON c.id = d.call_id
                       WHERE o.user_id = NEW.by_id AND o.kind = 'jury' AND o.region_id = c.region_id
                           AND (o.call_id IS NULL OR o.call_id = c.id))
        )
    ) THEN
        RAISE EXCEPTION 'a reply is assessed by somebody who had no part in the decision'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE FUNCTION confirmed_partnership_stands() RETURNS trigger AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM decisions_partnership p WHERE p.confirmed_at IS NOT NULL AND (
        (TG_OP <> 'INSERT' AND p.id = OLD.partnership_id) OR (TG_OP <> 'DELETE' AND p.id = NEW.partnership_id)
    )) THEN
        RAISE EXCEPTION 'the places of a confirmed partnership never change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER confirmed_places_stand BEFORE INSERT OR UPDATE OR DELETE ON decisions_partnershipplace
    FOR EACH ROW EXECUTE FUNCTION confirmed_partnership_stands();
CREATE TRIGGER reply_attachment_stands BEFORE UPDATE OR DELETE ON decisions_replyattachment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
GIVE_WAY = """
DROP TRIGGER reply_attachment_stands ON decisions_replyattachment;
DROP TRIGGER confirmed_places_stand ON decisions_partnershipplace;
DROP FUNCTION confirmed_partnership_stands;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0004_partnership_and_replies"),
        ("reviews", "0004_reading_rules"),
        ("pitches", "0001_initial"),
    ]

    operations = [migrations.RunSQL(HAD_NO_PART, GIVE_WAY)]
