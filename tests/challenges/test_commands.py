import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from challenges.models import Call

pytestmark = pytest.mark.django_db
ADDENDUM = settings.BASE_DIR / "data" / "pajotarl-2023.yaml"


def load(*arguments):
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("load_call", *[str(each) for each in arguments], stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
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
