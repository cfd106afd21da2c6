from django.db import migrations

# The chain is free again before the disk has the commit: `journal.actions` has it there before anybody is told.
# Each statement of a volatile function sees what was committed when it begins: the second, after the lock,
# sees the entry of whoever held the lock before.
APPEND = """
CREATE FUNCTION journal_append(
    before_number text, before_hash text, after_hash text, entry_at timestamptz, entry_actor text,
    entry_verb text, entry_object text, entry_call text, entry_payload jsonb
) RETURNS SETOF journal_entry LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    new_number bigint;
    last_hash text;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM pg_advisory_xact_lock(x'4A4F5552'::int);
    SELECT number + 1, hash INTO new_number, last_hash FROM journal_entry ORDER BY number DESC LIMIT 1;
    new_number := coalesce(new_number, 1);
    last_hash := coalesce(last_hash, repeat('0', 64));
    RETURN QUERY INSERT INTO journal_entry
        (number, at, actor, verb, object, call, payload, previous_hash, hash)
    VALUES (
        new_number, entry_at, entry_actor, entry_verb, entry_object, entry_call, entry_payload, last_hash,
        encode(sha256(convert_to(
            before_number || new_number || before_hash || last_hash || after_hash, 'UTF8'
        )), 'hex')
    )
    RETURNING *;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [migrations.RunSQL(APPEND, "DROP FUNCTION journal_append")]
