from django.db import migrations

PURGE = """
CREATE FUNCTION reply_stands_until_purged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('portal.purging', true) = 'on' AND NEW.id = OLD.id
        AND NEW.decision_id = OLD.decision_id AND NEW.by_id = OLD.by_id AND NEW.received_at = OLD.received_at
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION reply_file_stands_until_purged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('portal.purging', true) = 'on' AND NEW.id = OLD.id
        AND NEW.reply_id = OLD.reply_id AND NEW.sha256 = OLD.sha256 AND NEW.size = OLD.size
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER reply_stands ON decisions_reply;
DROP TRIGGER late_reply_stands ON decisions_latereply;
DROP TRIGGER reply_attachment_stands ON decisions_replyattachment;
CREATE TRIGGER reply_stands BEFORE UPDATE OR DELETE ON decisions_reply
    FOR EACH ROW EXECUTE FUNCTION reply_stands_until_purged();
CREATE TRIGGER late_reply_stands BEFORE UPDATE OR DELETE ON decisions_latereply
    FOR EACH ROW EXECUTE FUNCTION reply_stands_until_purged();
CREATE TRIGGER reply_attachment_stands BEFORE UPDATE OR DELETE ON decisions_replyattachment
    FOR EACH ROW EXECUTE FUNCTION reply_file_stands_until_purged();
"""
KEEP = """
DROP TRIGGER reply_stands ON decisions_reply;
DROP TRIGGER late_reply_stands ON decisions_latereply;
DROP TRIGGER reply_attachment_stands ON decisions_replyattachment;
CREATE TRIGGER reply_stands BEFORE UPDATE OR DELETE ON decisions_reply
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER late_reply_stands BEFORE UPDATE OR DELETE ON decisions_latereply
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reply_attachment_stands BEFORE UPDATE OR DELETE ON decisions_replyattachment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION reply_stands_until_purged;
DROP FUNCTION reply_file_stands_until_purged;
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0005_who_may_assess")]

    operations = [migrations.RunSQL(PURGE, KEEP)]
