from django.db import migrations, models

PURGE = """
CREATE FUNCTION version_frozen_until_purged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('portal.purging', true) = 'on' AND NEW.purged_at IS NOT NULL
        AND NEW.id = OLD.id AND NEW.proposal_id = OLD.proposal_id AND NEW.number = OLD.number
        AND NEW.received_at = OLD.received_at AND NEW.digest = OLD.digest
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER version_frozen ON submissions_version;
CREATE TRIGGER version_frozen BEFORE UPDATE OR DELETE ON submissions_version
    FOR EACH ROW EXECUTE FUNCTION version_frozen_until_purged();
"""
KEEP = """
DROP TRIGGER version_frozen ON submissions_version;
CREATE TRIGGER version_frozen BEFORE UPDATE OR DELETE ON submissions_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION version_frozen_until_purged;
"""


class Migration(migrations.Migration):
    dependencies = [("submissions", "0005_intake")]

    operations = [
        migrations.AddField(
            "version", "purged_at", models.DateTimeField("purged at", null=True, blank=True, editable=False)
        ),
        migrations.RunSQL(PURGE, KEEP),
    ]
