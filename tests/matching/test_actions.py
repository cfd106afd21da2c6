import pytest

from journal.models import Entry
from matching import actions, composing, documents, queries
from matching.engine.wishes import Wish, Wishes
from matching.errors import (
    BreaksWishes,
    NobodyChosen,
    NotAllowed,
    ReasonMissing,
    UnknownProposal,
    WeightsPublished,
)
from matching.models import Composition, Run, Weights
from submissions.models import Proposal
from tests.factories import brussels, person_with_role

from .scenes import BIKES, bikes, talk

pytestmark = pytest.mark.django_db


def document_of(run):
    return documents.run(run, list(queries.scored_of(run)))


def points(run, proposal):
    [row] = [row for row in document_of(run)["proposals"] if row["reference"] == proposal.reference]
    return {challenge["number"]: challenge["points"] for challenge in row["challenges"]}


def test_run_scores_every_proposal_for_every_challenge(pajotarl):
    first, second = bikes(pajotarl), talk(pajotarl)

    run = actions.run_matching(call=pajotarl)

    assert max(points(run, first), key=points(run, first).get) == 3
    assert max(points(run, second), key=points(run, second).get) == 2
    assert run.versions.count() == 2
    assert Entry.objects.filter(verb="matching.run").count() == 1


@pytest.mark.parametrize("status", ["withdrawn", "inadmissible", "draft"])
def test_run_leaves_out_what_is_not_in_the_running(pajotarl, status):
    proposal = bikes(pajotarl)
    Proposal.objects.filter(pk=proposal.pk).update(status=status)

    assert document_of(actions.run_matching(call=pajotarl))["proposals"] == []


def test_run_twice_is_the_same_run_and_the_same_bytes(pajotarl):
    bikes(pajotarl)
    first = actions.run_matching(call=pajotarl)
    told = document_of(first)

    again = actions.run_matching(call=pajotarl)

    assert again == first
    assert document_of(again) == told


def test_run_again_from_scratch_gives_the_same_bytes(pajotarl):
    bikes(pajotarl)
    told = document_of(actions.run_matching(call=pajotarl))
    Run.objects.all().delete()

    assert document_of(actions.run_matching(call=pajotarl)) == told


def test_run_changes_with_the_weights_before_the_deadline(pajotarl, practice_clock):
    practice_clock(brussels(2023, 8, 1))
    proposal = bikes(pajotarl)
    first = actions.run_matching(call=pajotarl)
    Weights.objects.create(call=pajotarl, municipalities=90)
    pajotarl.refresh_from_db()

    second = actions.run_matching(call=pajotarl)

    assert second.scoring_version != first.scoring_version
    assert points(second, proposal) != points(first, proposal)


def test_run_counts_municipalities_alike_where_the_call_does(pajotarl, practice_clock):
    practice_clock(brussels(2023, 8, 1))
    proposal = bikes(pajotarl)
    first = actions.run_matching(call=pajotarl)
    Weights.objects.create(call=pajotarl, municipalities_alike=True)
    pajotarl.refresh_from_db()

    second = actions.run_matching(call=pajotarl)

    value = {
        run: next(
            part["value"] for part in match_of(run, proposal).parts if part["signal"] == "municipalities"
        )
        for run in (first, second)
    }
    assert value[second] == 0.2
    assert value[first] == pytest.approx((9189 + 9096) / 94960, abs=1e-3)


def match_of(run, proposal):
    return run.scored.get(version__proposal=proposal).matches.get(challenge__number=3)


def test_run_evidence_stands_in_the_frozen_version(pajotarl):
    bikes(pajotarl)
    run = actions.run_matching(call=pajotarl)

    cited = [
        place
        for row in document_of(run)["proposals"]
        for challenge in row["challenges"]
        for part in challenge["parts"]
        for place in part["evidence"]
        if place["field"] == "approach"
    ]

    assert cited
    assert all(BIKES[place["start"] : place["end"]] == place["text"] for place in cited)


@pytest.mark.parametrize("kind", ["reviewer", "jury"])
def test_run_is_for_coordinators_only(pajotarl, kind):
    with pytest.raises(NotAllowed):
        actions.run_matching(call=pajotarl, by=person_with_role(kind, pajotarl))


def test_compose_selects_both_and_explains(pajotarl):
    first, second = bikes(pajotarl), talk(pajotarl)

    made = composing.compose_partnership(call=pajotarl, by=person_with_role("coordinator", pajotarl))

    assert made.document["status"] == "optimal"
    assert made.document["selected"] == sorted([first.key, second.key])
    assert made.document["objective"]["cost"] == 70_000
    assert made.document["gap"] == 0
    assert made.document["bound"]["coverage"] == made.document["objective"]["coverage"] > 0
    assert {"challenge": 3, "service_type": "mobiliteit", "weight": 3, "by": [first.key]} in made.document[
        "gaps"
    ]["single"]
    assert set(made.members.all()) == {first, second}
    assert Entry.objects.filter(verb="matching.composed").count() == 1


def test_compose_keeps_to_the_budget_and_names_what_it_misses(pajotarl):
    first, second = bikes(pajotarl), talk(pajotarl)

    wishes = Wishes(budget=45_000, waived=(Wish("challenge", 2),))
    made = composing.compose_partnership(call=pajotarl, wishes=wishes)

    assert made.document["selected"] == [first.key]
    assert {
        "challenge": 2,
        "service_type": "taalondersteuning",
        "weight": 3,
        "by": [second.key],
        "cheapest": second.key,
    } in made.document["gaps"]["missed"]


def test_compose_takes_references_and_says_what_clashes(pajotarl):
    proposal = bikes(pajotarl)

    made = composing.compose_partnership(
        call=pajotarl, wishes=Wishes(budget=1, include=(proposal.reference,))
    )

    assert made.status == "infeasible"
    assert [wish["wish"] for wish in made.document["conflict"]] == ["budget"]
    assert made.document["selected"] == []


def test_compose_refuses_an_unknown_reference(pajotarl):
    with pytest.raises(UnknownProposal) as refused:
        composing.compose_partnership(call=pajotarl, wishes=Wishes(exclude=("niemand",)))

    assert (refused.value.field, refused.value.reference) == ("exclude", "niemand")


def test_choose_otherwise_keeps_both_and_the_reason(pajotarl):
    first, _second = bikes(pajotarl), talk(pajotarl)
    coordinator = person_with_role("coordinator", pajotarl)
    suggestion = composing.compose_partnership(call=pajotarl, by=coordinator)

    chosen = composing.choose_otherwise(
        suggestion=suggestion,
        keys=[first.key],
        reason=" Het OCMW doet taal al. ",
        by=coordinator,
        knowingly=True,
    )

    assert (chosen.kind, chosen.reason) == (Composition.Kind.CHOSEN, "Het OCMW doet taal al.")
    assert list(chosen.members.all()) == [first]
    assert chosen.document["objective"]["cost"] == 40_000
    assert queries.latest_composition(pajotarl) == chosen
    assert Composition.objects.count() == 2


def test_a_choice_that_breaks_wishes_is_kept_only_knowingly_with_the_wishes_beside_it(pajotarl):
    first, second = bikes(pajotarl), talk(pajotarl)
    coordinator = person_with_role("coordinator", pajotarl)
    wishes = Wishes(budget=80_000, minimum=2, include=(second.key,))
    suggestion = composing.compose_partnership(call=pajotarl, by=coordinator, wishes=wishes)
    choice = {"suggestion": suggestion, "keys": [first.key], "reason": "Taal kan al.", "by": coordinator}

    with pytest.raises(BreaksWishes) as refused:
        composing.choose_otherwise(**choice)
    assert Composition.objects.count() == 1
    chosen = composing.choose_otherwise(**choice, knowingly=True)

    assert refused.value.wishes == [Wish("min", 2), Wish("include", second.key), Wish("challenge", 2)]
    assert composing.wishes_of(chosen) == wishes
    broken = ["min", "include", "challenge"]
    assert [row["wish"] for row in chosen.document["breaks"]] == broken
    told = Entry.objects.get(verb="matching.chosen").payload["breaks"]
    assert [row["kind"] for row in told] == broken


def test_choosing_nobody_is_refused(pajotarl):
    coordinator = person_with_role("coordinator", pajotarl)
    suggestion = composing.compose_partnership(call=pajotarl, by=coordinator)

    with pytest.raises(NobodyChosen):
        composing.choose_otherwise(suggestion=suggestion, keys=[], reason="x", by=coordinator)


def test_choose_otherwise_without_a_reason_is_refused(pajotarl):
    coordinator = person_with_role("coordinator", pajotarl)
    suggestion = composing.compose_partnership(call=pajotarl, by=coordinator)

    with pytest.raises(ReasonMissing):
        composing.choose_otherwise(suggestion=suggestion, keys=[], reason="  ", by=coordinator)


def test_choose_otherwise_is_for_coordinators_and_known_proposals(pajotarl):
    suggestion = composing.compose_partnership(call=pajotarl)

    with pytest.raises(NotAllowed):
        composing.choose_otherwise(
            suggestion=suggestion, keys=["x"], reason="x", by=person_with_role("reviewer", pajotarl)
        )
    with pytest.raises(UnknownProposal):
        composing.choose_otherwise(
            suggestion=suggestion, keys=["x"], reason="x", by=person_with_role("coordinator", pajotarl)
        )


def test_weights_may_change_until_filing_closes(pajotarl, practice_clock):
    coordinator = person_with_role("coordinator", pajotarl)
    practice_clock(brussels(2023, 9, 1, 23, 0))

    actions.set_weights(weights=Weights(call=pajotarl, text=40), by=coordinator)

    assert Weights.objects.get(call=pajotarl).text == 40
    assert Entry.objects.get(verb="matching.weights_set").payload["text"] == 40


def test_weights_stay_as_published_once_filing_has_closed(pajotarl, practice_clock):
    coordinator = person_with_role("coordinator", pajotarl)
    practice_clock(brussels(2023, 9, 2, 0, 0, 1))

    with pytest.raises(WeightsPublished):
        actions.set_weights(weights=Weights(call=pajotarl, text=40), by=coordinator)

    assert not Weights.objects.exists()


def test_weights_are_for_coordinators(pajotarl):
    with pytest.raises(NotAllowed):
        actions.set_weights(weights=Weights(call=pajotarl), by=person_with_role("reviewer", pajotarl))
