from django.db import migrations

FREEZE = """
CREATE FUNCTION version_names_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM submissions_version v JOIN submissions_attachment a ON a.proposal_id = v.proposal_id
        WHERE v.id = NEW.version_id AND a.id = NEW.attachment_id
            AND v.document::jsonb -> 'attachments' @> jsonb_build_array(jsonb_build_object('sha256', a.sha256))
    ) THEN
        RAISE EXCEPTION '% is append-only: a file that its version does not name was refused', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_files_named BEFORE INSERT ON submissions_version_attachments
    FOR EACH ROW EXECUTE FUNCTION version_names_file();
CREATE TRIGGER version_files_frozen BEFORE UPDATE OR DELETE ON submissions_version_attachments
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER version_files_no_truncate BEFORE TRUNCATE ON submissions_version_attachments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
THAW = """
DROP TRIGGER version_files_named ON submissions_version_attachments;
DROP TRIGGER version_files_frozen ON submissions_version_attachments;
DROP TRIGGER version_files_no_truncate ON submissions_version_attachments;
DROP FUNCTION version_names_file;
"""


class Migration(migrations.Migration):
    dependencies = [("submissions", "0006_versions_can_be_purged")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
