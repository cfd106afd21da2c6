from django.db import migrations

# A draft is saved hundreds of times. With room for it on its own page, the new row is found by the old row's
# place in every index; without, each save writes in all of them.
ROOM = """
ALTER TABLE submissions_proposal SET (fillfactor = 50);
ALTER TABLE submissions_sectionsave SET (fillfactor = 70);
"""
FULL = """
ALTER TABLE submissions_proposal RESET (fillfactor);
ALTER TABLE submissions_sectionsave RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("submissions", "0009_names_of_an_extension")]

    operations = [migrations.RunSQL(ROOM, FULL)]
