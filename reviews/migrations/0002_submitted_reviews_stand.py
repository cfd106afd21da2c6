from django.db import migrations

STAND = """
CREATE FUNCTION review_is_complete() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM reviews_criterion c JOIN submissions_proposal p ON p.call_id = c.call_id
        WHERE p.id = NEW.proposal_id AND NOT EXISTS (
            SELECT 1 FROM reviews_score s
            WHERE s.review_id = NEW.id AND s.criterion_id = c.id
                AND s.value IS NOT NULL AND s.justification <> ''
        )
    ) THEN
        RAISE EXCEPTION 'a submitted review scores and justifies every criterion'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE FUNCTION score_of_submitted_review_stands() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM reviews_review r WHERE r.status = 'submitted' AND (
            (TG_OP <> 'INSERT' AND r.id = OLD.review_id) OR (TG_OP <> 'DELETE' AND r.id = NEW.review_id)
        )
    ) THEN
        RAISE EXCEPTION 'the scores of a submitted review never change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER submitted_review_is_complete BEFORE INSERT OR UPDATE ON reviews_review
    FOR EACH ROW WHEN (NEW.status = 'submitted') EXECUTE FUNCTION review_is_complete();
CREATE TRIGGER submitted_review_stands BEFORE UPDATE OR DELETE ON reviews_review
    FOR EACH ROW WHEN (OLD.status = 'submitted') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submitted_score_stands BEFORE INSERT OR UPDATE OR DELETE ON reviews_score
    FOR EACH ROW EXECUTE FUNCTION score_of_submitted_review_stands();
"""
GIVE_WAY = """
DROP TRIGGER submitted_score_stands ON reviews_score;
DROP TRIGGER submitted_review_stands ON reviews_review;
DROP TRIGGER submitted_review_is_complete ON reviews_review;
DROP FUNCTION score_of_submitted_review_stands;
DROP FUNCTION review_is_complete;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("journal", "0002_append_only")]

    operations = [migrations.RunSQL(STAND, GIVE_WAY)]
