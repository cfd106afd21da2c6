import json
from io import StringIO
from pathlib import Path

import pytest
import time_machine
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from challenges.models import Call
from journal.models import Entry
from tests.factories import MembershipFactory, ProposalFactory, brussels

pytestmark = pytest.mark.django_db
ADDENDUM = settings.BASE_DIR / "data" / "pajotarl-2023.yaml"


def load(*arguments):
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("load_call", *[str(each) for each in arguments], stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    except CommandError as refusal:
        code = refusal.returncode
        err.write(str(refusal))
    return code, out.getvalue(), err.getvalue()


def test_json_document_counts_the_parts():
    code, out, err = load(ADDENDUM, "--format", "json")

    assert (code, err) == (0, "")
    assert json.loads(out) == {"created": 105, "updated": 0, "unchanged": 0, "filed": 0}


def test_table_names_the_call():
    code, out, _err = load(ADDENDUM, "--edition", "2026")

    assert code == 0
    assert out.splitlines()[0] == "Lokaal partnerschap PajoTARL 2026 (pajotarl-2026)"


def test_refused_file_is_one_json_document_on_stderr(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("call: {}\n")

    code, out, err = load(file, "--format", "json")

    assert (code, out) == (1, "")
    assert json.loads(err)["errors"][0]["place"] == "call.slug"
    assert Call.objects.count() == 0


def test_refused_file_names_file_place_and_mend(tmp_path):
    file = tmp_path / "empty.yaml"
    file.touch()

    code, _out, err = load(file)

    assert code == 1
    assert err.startswith(f"{file}: document: ")
    assert err.splitlines()[-1] == "Er is niets gewijzigd."


def later_filing(tmp_path) -> Path:
    """The file of the addendum with filing until a day later."""
    tree = yaml.safe_load(ADDENDUM.read_text(encoding="utf-8"))
    filing = next(each for each in tree["milestones"] if each["kind"] == "filing")
    filing["until"] = "2023-09-03T00:00"
    file = tmp_path / "later.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return file


@pytest.fixture
def remindable(pajotarl):
    with time_machine.travel(brussels(2023, 8, 25), tick=False):
        ProposalFactory(call=pajotarl, organisation=MembershipFactory().organisation)
        yield pajotarl


def test_dry_run_shows_what_the_desk_shows_and_changes_nothing(remindable, tmp_path):
    entries = Entry.objects.count()

    code, out, _err = load(later_filing(tmp_path), "--dry-run")

    assert code == 0
    lines = out.splitlines()
    moved = lines.index("Data die verschuiven:")
    assert lines[moved + 1].startswith("  Kandidaturen, einde: vrijdag 1 september 2023, 23u59")
    assert "zaterdag 2 september 2023, 23u59" in lines[moved + 1]
    assert any(line.startswith("  Schuift op: Aan wie nog niet indiende, 24 uur") for line in lines)
    assert lines[-1] == "Dit was een proef: er is niets gewijzigd."
    assert remindable.milestones.get(kind="filing").until == brussels(2023, 9, 2)
    assert Entry.objects.count() == entries


def test_load_that_moves_a_date_tells_what_changed(remindable, tmp_path):
    file = later_filing(tmp_path)

    _code, out, _err = load(file, "--format", "json")
    again = json.loads(load(file, "--format", "json")[1])

    told = json.loads(out)
    assert told["moved"] == [
        {
            "milestone": "Kandidaturen",
            "side": "end",
            "was": "2023-09-01T22:00:00+00:00",
            "becomes": "2023-09-02T22:00:00+00:00",
        }
    ]
    assert {(each["what"], each["mails"]) for each in told["reminders"]} == {("moved", 1)}
    assert remindable.milestones.get(kind="filing").until == brussels(2023, 9, 3)
    assert set(again) == {"created", "updated", "unchanged", "filed"}
