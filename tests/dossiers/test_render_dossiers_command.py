import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_prints_one_json_document(pajotarl, shortlist, tmp_path, capsys):
    call_command("render_dossiers", call=pajotarl.slug, output=tmp_path, format="json")

    files = json.loads(capsys.readouterr().out)["files"]
    assert [sorted(file) for file in files] == [["pages", "path", "rendered", "sha256"]] * 4


def test_prints_a_table_for_people(pajotarl, shortlist, tmp_path, capsys):
    call_command("render_dossiers", call=pajotarl.slug, output=tmp_path)

    assert capsys.readouterr().out.splitlines()[0].startswith("rendered      3 pages  ")


def test_names_a_call_it_does_not_know(pajotarl, tmp_path):
    with pytest.raises(CommandError, match="Geef een van deze: pajotarl-2023"):
        call_command("render_dossiers", call="elders", output=tmp_path)


def test_names_a_folder_it_cannot_write(pajotarl):
    with pytest.raises(CommandError, match="Geef een map waarin u mag schrijven"):
        call_command("render_dossiers", call=pajotarl.slug, output=Path("/proc/nowhere"))
