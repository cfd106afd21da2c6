from django.db import migrations


class Migration(migrations.Migration):
    """A role for a call names the region of that call; Django has no composite foreign keys for it."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[
                "ALTER TABLE challenges_call ADD CONSTRAINT call_with_its_region UNIQUE (id, region_id)",
                "ALTER TABLE accounts_role ADD CONSTRAINT role_for_a_call_of_its_region"
                " FOREIGN KEY (call_id, region_id) REFERENCES challenges_call (id, region_id)"
                " DEFERRABLE INITIALLY DEFERRED",
            ],
            reverse_sql=[
                "ALTER TABLE accounts_role DROP CONSTRAINT role_for_a_call_of_its_region",
                "ALTER TABLE challenges_call DROP CONSTRAINT call_with_its_region",
            ],
        )
    ]
