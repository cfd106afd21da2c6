from django.db import migrations

FREEZE = """
CREATE TRIGGER version_frozen BEFORE UPDATE OR DELETE ON submissions_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER version_no_truncate BEFORE TRUNCATE ON submissions_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
THAW = """
DROP TRIGGER version_frozen ON submissions_version;
DROP TRIGGER version_no_truncate ON submissions_version;
"""


class Migration(migrations.Migration):
    dependencies = [("submissions", "0001_initial"), ("journal", "0002_append_only")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
