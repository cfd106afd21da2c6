import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from pitches import actions, queries, tasks
from pitches.engine import Reason
from pitches.models import Pitch
from pitches.wording import reason_in_words
from tests.pitches.factories import MORNING, conflict, coordinator_of, pitching_call

pytestmark = pytest.mark.django_db


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("schedule_pitches", *arguments, stdout=out)
    return out.getvalue()


def test_schedule_pitches_prints_the_promised_document():
    call = pitching_call(proposals=1, jurors=2)

    document = json.loads(run("--call", call.slug, "--format", "json"))

    assert document == {
        "status": "optimal",
        "gap": 0.0,
        "pitches": [
            {
                "reference": call.proposals.get().reference,
                "start": "2023-09-13T09:00:00+02:00",
                "end": "2023-09-13T09:25:00+02:00",
                "room": "Zaal 1",
                "jurors": [juror.email for juror in queries.jurors_of(call)],
            }
        ],
        "unplaced": [],
    }


def test_schedule_pitches_says_why_one_has_no_place():
    call = pitching_call(proposals=1, jurors=1, quorum=2)

    document = json.loads(run("--call", call.slug, "--format", "json"))

    assert (document["status"], document["pitches"]) == ("optimal", [])
    assert document["unplaced"] == [
        {"reference": call.proposals.get().reference, "reason": reason_in_words(Reason.NO_QUORUM)}
    ]


def test_schedule_pitches_prints_a_table_for_people():
    call = pitching_call(proposals=5, jurors=1)

    lines = run("--call", call.slug).splitlines()

    assert lines[0] == "optimal, gap 0.0%"
    assert lines[1].startswith("2023-09-13 09:00-09:25  Zaal 1")
    assert len(lines) == 7
    assert lines[-1].endswith("Ga op woensdag 13 september 2023 door tot 11u25.")
    assert lines[5].startswith("niet geplaatst")


def test_schedule_pitches_of_an_unknown_call_names_the_known_ones():
    call = pitching_call(proposals=0)

    with pytest.raises(CommandError, match=f"Geef een van deze: {call.slug}"):
        run("--call", "nergens")


def test_schedule_pitches_with_a_clash_by_hand_fails_and_says_which():
    call = pitching_call(proposals=1, jurors=1)
    actions.schedule_pitches(call=call, by=None)
    pitch = queries.draft_of(call).get()
    actions.move_pitch(pitch=pitch, room=pitch.room, start=MORNING, by=coordinator_of(call))
    juror = queries.jurors_of(call).get()
    conflict(juror, pitch.proposal)

    with pytest.raises(CommandError, match=juror.email):
        run("--call", call.slug, "--format", "json")


def test_schedule_pitches_task_may_run_twice():
    call = pitching_call(proposals=2)

    tasks.schedule_pitches(call.slug, None)
    tasks.schedule_pitches(call.slug, coordinator_of(call).pk, seconds=5)

    assert list(Pitch.objects.values_list("during__startswith", flat=True)) == [
        MORNING,
        MORNING + timedelta(minutes=30),
    ]
