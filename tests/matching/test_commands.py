import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from challenges.models import Need
from journal.chain import sha256
from matching.engine.types import SIGNALS
from matching.models import Composition, Run
from submissions.models import Version

from .scenes import BIKES, bikes, talk

pytestmark = pytest.mark.django_db


def told(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def refused(command, *arguments):
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(command, *arguments, stdout=StringIO(), stderr=err)
    assert ended.value.code == 1
    [error] = json.loads(err.getvalue())["errors"]
    return error


def test_match_prints_the_promised_document(pajotarl):
    proposal = bikes(pajotarl)

    document = json.loads(told("match", "--call", pajotarl.slug, "--format", "json"))

    run = Run.objects.get()
    assert {k: document[k] for k in ("call", "scoring_version", "run")} == {
        "call": pajotarl.slug,
        "scoring_version": run.scoring_version,
        "run": run.key,
    }
    [row] = document["proposals"]
    assert (row["external_id"], row["reference"]) == (proposal.key, proposal.reference)
    assert [challenge["number"] for challenge in row["challenges"]] == [1, 2, 3, 4, 5]
    assert len(row["service_types"]) == 11
    for challenge in row["challenges"]:
        assert [part["signal"] for part in challenge["parts"]] == list(SIGNALS)
        assert sum(part["points"] for part in challenge["parts"]) == challenge["points"]
        assert challenge["band"]["low"] <= challenge["points"] <= challenge["band"]["high"]
        assert (challenge["place"], challenge["place_to"]) == (1, 1)
    [mobility] = [service for service in row["service_types"] if service["slug"] == "mobiliteit"]
    assert mobility["chosen"] is True
    assert 0.5 < mobility["support"] <= 1
    assert all(
        BIKES[place["start"] : place["end"]] == place["text"]
        for place in mobility["evidence"]
        if place["field"] == "approach"
    )


def test_match_twice_prints_the_same_bytes(pajotarl):
    bikes(pajotarl)

    assert told("match", "--call", pajotarl.slug, "--format", "json") == told(
        "match", "--call", pajotarl.slug, "--format", "json"
    )
    assert Run.objects.count() == 1


def test_match_prints_a_table_for_people(pajotarl):
    proposal = bikes(pajotarl)

    table = told("match", "--call", pajotarl.slug)

    assert table.splitlines()[2].split()[0] == proposal.reference


def test_match_of_a_call_without_proposals_says_so(pajotarl):
    assert told("match", "--call", pajotarl.slug).splitlines()[-1] == "Er doet nog geen kandidatuur mee."
    assert json.loads(told("match", "--call", pajotarl.slug, "--format", "json"))["proposals"] == []


@pytest.mark.parametrize("command", ["match", "compose"])
def test_an_unknown_call_is_refused_by_its_place(pajotarl, command):
    error = refused(command, "--call", "onbekend")

    assert error["place"] == "--call"
    assert pajotarl.slug in error["mend"]


def test_compose_prints_the_promised_document(pajotarl):
    first, second = bikes(pajotarl), talk(pajotarl)

    document = json.loads(told("compose", "--call", pajotarl.slug, "--format", "json"))

    assert set(document) == {
        "status",
        "selected",
        "objective",
        "bound",
        "gap",
        "levels",
        "alternatives",
        "gaps",
        "conflict",
        "ways_out",
    }
    assert document["status"] == "optimal"
    assert document["selected"] == sorted([first.key, second.key])
    assert set(document["objective"]) == {"coverage", "quality", "cost"}
    assert document["objective"]["cost"] == 70_000
    assert document["alternatives"] == []
    assert all(level["proven"] for level in document["levels"])
    assert set(document["gaps"]) == {"nobody", "missed", "single"}
    assert Composition.objects.get().document.items() >= document.items()


def test_compose_keeps_to_every_wish(pajotarl):
    first, second = bikes(pajotarl), talk(pajotarl)

    document = json.loads(
        told(
            "compose", "--call", pajotarl.slug, "--format", "json", "--budget", "60000", "--min", "1",
            "--max", "1", "--include", second.reference, "--exclude", first.reference,
            "--waive", "challenge:3",
        )
    )  # fmt: skip

    assert document["selected"] == [second.key]


def test_compose_impossible_names_the_wishes_in_words(pajotarl):
    bikes(pajotarl)

    table = told("compose", "--call", pajotarl.slug, "--budget", "10", "--min", "1")

    assert "  geef op: hoogstens 10 euro per jaar (→ € 40.000)" in table.splitlines()


def test_compose_prints_the_proof_as_people_read_it(pajotarl):
    first = bikes(pajotarl)

    table = told("compose", "--call", pajotarl.slug).splitlines()

    assert table[0] == "status: bewezen optimaal"
    assert "  3. Kosten per jaar: €\u00a040.000 (grens €\u00a040.000, bewezen)" in table
    [chosen] = [line for line in table if line.startswith("gekozen: ")]
    assert chosen.startswith(f"gekozen: {first.key} (") and chosen.endswith("€\u00a040.000)")


def test_compose_refuses_an_unknown_reference_by_its_place(pajotarl):
    error = refused("compose", "--call", pajotarl.slug, "--include", "niemand")

    assert error["place"] == "--include"
    assert "niemand" in error["message"]


def test_compose_refuses_what_is_no_number(pajotarl):
    with pytest.raises(CommandError, match="-5"):
        call_command("compose", "--call", pajotarl.slug, "--budget=-5")


def test_compose_without_proposals_is_empty(pajotarl):
    document = json.loads(told("compose", "--call", pajotarl.slug, "--format", "json"))

    assert (document["status"], document["selected"], document["gap"]) == ("optimal", [], 0.0)
    assert len(document["gaps"]["nobody"]) == sum(c.needs.count() for c in pajotarl.challenges.all())


def test_compose_meets_a_need_twice_or_says_what_to_give_up(pajotarl):
    bikes(pajotarl)

    one = json.loads(told("compose", "--call", pajotarl.slug, "--twice", "3:mobiliteit", "--format", "json"))
    bikes(pajotarl)
    two = json.loads(told("compose", "--call", pajotarl.slug, "--twice", "3:mobiliteit", "--format", "json"))

    assert [wish["wish"] for wish in one["conflict"]] == ["twice"]
    assert (two["status"], len(two["selected"])) == ("optimal", 2)


def test_compose_refuses_an_unknown_need_by_its_place(pajotarl):
    assert refused("compose", "--call", pajotarl.slug, "--twice", "9:vliegen")["place"] == "--twice"


@pytest.mark.parametrize("written", ["challenge", "challenge:x", "holiday:3"])
def test_compose_refuses_what_is_no_duty(pajotarl, written):
    with pytest.raises(CommandError, match=written):
        call_command("compose", "--call", pajotarl.slug, f"--waive={written}")


@pytest.mark.parametrize("written", ["challenge:99", "expertise:vliegen", "group:Niemand"])
def test_compose_refuses_a_duty_that_nobody_owes_by_its_place(pajotarl, written):
    error = refused("compose", "--call", pajotarl.slug, "--waive", written, "--format", "json")

    assert error["place"] == "--waive"
    assert written in error["message"] and error["mend"]


def test_compose_tells_no_gaps_without_a_set(pajotarl):
    bikes(pajotarl)

    document = json.loads(told("compose", "--call", pajotarl.slug, "--budget", "10", "--format", "json"))

    assert document["status"] == "infeasible"
    assert document["gaps"] == {"nobody": [], "missed": [], "single": []}


def frozen_as(proposal, **answers):
    """A later version of a proposal that no form would let through."""
    last = proposal.versions.first()
    document = json.dumps(last.content | answers)
    Version.objects.create(
        proposal=proposal,
        number=last.number + 1,
        received_at=last.received_at,
        document=document,
        digest=sha256(document),
    )


NO_WORDS = {"title": "", "summary": "", "approach": "", "experience": ""}
ODD = (
    NO_WORDS,
    {"approach": "x" * 6000},
    {"approach": "a+b" * 2000},
    {"approach": "\ufdfa" * 6000},
    {"approach": "Nous aidons les parents à trouver une crèche. <script>alert(1)</script> 🚲"},
    {"municipalities": []},
    {"service_types": [{"slug": "mobiliteit", "how": "", "clients_per_year": 0}]},
    {"service_types": [], "challenges": [], "working_principles": [], "priority_expertise": []},
    {"budget_eur_per_year": 0, "clients_per_year": None},
)


@pytest.mark.parametrize("needed", [True, False])
def test_odd_proposals_are_scored_and_composed_like_all_others(pajotarl, needed):
    if not needed:
        Need.objects.all().delete()
    sound = bikes(pajotarl)
    odd = [bikes(pajotarl) for _answers in ODD]
    for proposal, answers in zip(odd, ODD, strict=True):
        frozen_as(proposal, **answers)

    scored = json.loads(told("match", "--call", pajotarl.slug, "--format", "json"))["proposals"]
    composed = json.loads(told("compose", "--call", pajotarl.slug, "--max", "1", "--format", "json"))

    points = {row["reference"]: {c["number"]: c["points"] for c in row["challenges"]} for row in scored}
    assert set(points) == {proposal.reference for proposal in (sound, *odd)}
    assert all(0 <= number <= 100 for row in points.values() for number in row.values())
    assert points[sound.reference][3] > 0
    assert points[odd[0].reference] == dict.fromkeys(range(1, 6), 0)
    assert composed["status"] == "optimal"
    assert composed["selected"] == ([odd[-1].reference] if needed else [])
