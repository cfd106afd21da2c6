import json

import pytest
from django.core.management import CommandError, call_command

from notifications import registry

pytestmark = pytest.mark.django_db


def test_tick_prints_one_json_document(capsys):
    call_command("tick", format="json")

    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["at", "queued", "sent", "failed", "dropped"]


def test_tick_prints_a_table_for_people(capsys):
    call_command("tick")

    assert capsys.readouterr().out.splitlines()[2] == "sent     0"


def test_tick_names_what_failed(monkeypatch):
    def broken(at):
        raise ValueError("this room is broken")

    monkeypatch.setattr(registry, "_due", [broken])

    with pytest.raises(CommandError, match="ValueError: this room is broken"):
        call_command("tick")
