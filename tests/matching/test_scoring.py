import json

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from challenges.models import Need
from journal.chain import canonical_json
from matching import actions, due, facts, queries, scoring
from matching.errors import NotAllowed, NothingChanges, ReasonMissing, ScoringChanged, TooLate
from matching.models import Scoring, Weights
from reviews.models import ConflictOfInterest
from tests.factories import brussels, person_with_role

from .scenes import bikes

pytestmark = pytest.mark.django_db

OTHER = {
    "chosen": 10, "services": 10, "text": 60, "municipalities": 10, "principles": 5, "expertise": 5,
    "capacity_wanted": 20,
}  # fmt: skip
BEFORE, AFTER = brussels(2023, 8, 1), brussels(2023, 9, 5)


@pytest.fixture
def two(pajotarl):
    return person_with_role("coordinator", pajotarl), person_with_role("coordinator", pajotarl)


def ask(call, by, **fields):
    return scoring.ask_other_scoring(call=call, by=by, **{"weights": OTHER, "reason": "Foutje.", **fields})


def test_scoring_is_frozen_by_the_tick_after_publication(pajotarl, practice_clock):
    practice_clock(BEFORE)

    list(due.freeze_scorings(BEFORE))
    list(due.freeze_scorings(BEFORE))

    [frozen] = Scoring.objects.filter(call=pajotarl)
    assert frozen.version == facts.scoring_version(facts.recipe(facts.engine_call(pajotarl)))


def test_needs_that_change_before_the_deadline_are_the_next_version(pajotarl, practice_clock):
    practice_clock(BEFORE)
    list(due.freeze_scorings(BEFORE))
    Need.objects.filter(challenge__call=pajotarl).first().delete()

    list(due.freeze_scorings(BEFORE))

    assert Scoring.objects.filter(call=pajotarl).count() == 2


def test_needs_and_weights_that_change_after_the_deadline_move_nobody(pajotarl, practice_clock):
    practice_clock(AFTER)
    bikes(pajotarl)
    first = actions.run_matching(call=pajotarl)
    Need.objects.filter(challenge__call=pajotarl).update(weight=1)
    Weights.objects.update_or_create(call=pajotarl, defaults={"text": 90})
    pajotarl.refresh_from_db()

    assert actions.run_matching(call=pajotarl) == first


def test_another_version_holds_once_a_second_person_approves_it(pajotarl, practice_clock, two):
    practice_clock(AFTER)
    proposal = bikes(pajotarl)
    first = actions.run_matching(call=pajotarl)

    asked = ask(pajotarl, two[0])
    assert actions.run_matching(call=pajotarl) == first
    scoring.approve_scoring(scoring=asked, by=two[1])
    second = actions.run_matching(call=pajotarl)

    moved = {(row["key"], row["number"]): (row["before"], row["after"]) for row in asked.effect}
    assert second.scoring_version == asked.version != first.scoring_version
    for before in first.scored.get().matches.all():
        after = second.scored.get().matches.get(challenge=before.challenge)
        told = moved.get((proposal.key, before.challenge.number), (after.points, after.points))
        assert told == (before.points, after.points)
    assert moved
    assert Weights.objects.get(call=pajotarl).text == 60


def test_who_asked_a_version_does_not_approve_it(pajotarl, practice_clock, two):
    practice_clock(AFTER)
    asked = ask(pajotarl, two[0])

    with pytest.raises(NotAllowed):
        scoring.approve_scoring(scoring=asked, by=two[0])
    with pytest.raises(NotAllowed):
        scoring.approve_scoring(scoring=asked, by=person_with_role("reviewer", pajotarl))


def test_a_version_takes_a_reason_and_a_change(pajotarl, practice_clock, two):
    practice_clock(AFTER)

    with pytest.raises(ReasonMissing):
        ask(pajotarl, two[0], reason=" ")
    holding = facts.call_in(scoring.scoring_as_it_stands(pajotarl).recipe)
    with pytest.raises(NothingChanges):
        ask(pajotarl, two[0], weights={**holding.weights, "capacity_wanted": holding.capacity_wanted})


def test_a_refused_version_cannot_be_approved(pajotarl, practice_clock, two):
    practice_clock(AFTER)
    asked = ask(pajotarl, two[0])
    scoring.refuse_scoring(scoring=asked, by=two[1])

    with pytest.raises(TooLate):
        scoring.approve_scoring(scoring=asked, by=two[1])


def test_another_engine_after_the_deadline_scores_nobody_until_it_is_approved(pajotarl, practice_clock, two):
    practice_clock(AFTER)
    actions.run_matching(call=pajotarl)
    frozen = queries.scoring_of(pajotarl)
    Scoring.objects.filter(pk=frozen.pk).update(recipe=frozen.recipe.replace(facts.code_digest(), "0" * 64))

    with pytest.raises(ScoringChanged):
        actions.run_matching(call=pajotarl)
    scoring.approve_scoring(scoring=ask(pajotarl, two[0]), by=two[1])

    assert actions.run_matching(call=pajotarl).scoring_version == queries.scoring_of(pajotarl).version


def test_scoring_page_asks_and_a_second_coordinator_approves(client, pajotarl, practice_clock, two):
    practice_clock(AFTER)
    proposal = bikes(pajotarl)
    actions.run_matching(call=pajotarl)
    address = reverse("admin:matching_scoring_page", args=[pajotarl.pk])
    client.force_login(two[0])

    client.post(address, {**OTHER, "reason": "Een gewicht was verkeerd ingevuld.", "vragen": "1"})
    client.post(address, {"goedkeuren": "1"})
    assert Scoring.objects.filter(approved_at=None).count() == 1
    assertNotContains(client.get(reverse("admin:index")), "wijziging van de scoring")
    client.force_login(two[1])
    assertContains(client.get(reverse("admin:index")), "wijziging van de scoring")
    response = client.get(address)
    assertContains(response, proposal.organisation.name)
    assert {move["place"] for move in response.context["moves"]} == {"1"}
    assert response.context["relabelled"] == 0
    assert {"what": "Onderbouwing in de tekst", "before": 20, "after": 60} in response.context["changes"]
    client.post(address, {"goedkeuren": "1"})

    assert queries.scoring_of(pajotarl).approved_by == two[1]
    assertContains(client.get(address), "Een gewicht was verkeerd ingevuld.")


def test_scoring_page_tells_who_becomes_called_otherwise(client, pajotarl, practice_clock, two):
    practice_clock(AFTER)
    bikes(pajotarl)
    actions.run_matching(call=pajotarl)
    asked = ask(pajotarl, two[0])
    [row, *others] = asked.effect
    moved = {"label_before": "clear", "label_after": "possible", "place_before": "1", "place_after": "1–3"}
    asked.effect = [row | moved, *others]
    asked.save()
    client.force_login(two[1])

    response = client.get(reverse("admin:matching_scoring_page", args=[pajotarl.pk]))

    assertContains(response, "duidelijk relevant → mogelijk")
    assertContains(response, "1 → 1–3")
    assert response.context["relabelled"] == 1


def test_a_change_after_the_deadline_is_published_with_its_reason(client, pajotarl, practice_clock, two):
    practice_clock(AFTER)
    bikes(pajotarl)
    run = actions.run_matching(call=pajotarl)
    address = reverse("matching:published_scoring", args=[pajotarl.slug])
    asked = ask(pajotarl, two[0], reason="Een gewicht was verkeerd ingevuld.")
    assertNotContains(client.get(address), "Na de deadline gewijzigd")

    scoring.approve_scoring(scoring=asked, by=two[1])

    response = client.get(address)
    assertContains(response, "Een gewicht was verkeerd ingevuld.")
    assert {"what": "Onderbouwing in de tekst", "before": 20, "after": 60} in response.context["changes"]
    client.force_login(two[0])
    page = reverse("admin:matching_run_coverage", args=[run.pk])
    assertContains(client.get(page), "Nu geldt een andere scoringsversie dan die van deze ronde")


def test_changes_name_needs_capacity_lexicon_and_code(pajotarl):
    now = scoring.scoring_as_it_stands(pajotarl).recipe
    then = json.loads(now) | {"lexicon": "een andere", "code": "een andere"}
    then["call"] |= {"capacity_wanted": 10, "municipalities_alike": True}
    then["call"]["challenges"][2]["needs"]["mobiliteit"] = 1

    told = {row["what"]: (row["before"], row["after"]) for row in scoring.changes(canonical_json(then), now)}

    assert told == {
        "Klanten per jaar vanaf wanneer een dienst volledig telt": (10, 20),
        "Elke gemeente telt even zwaar": ("ja", "nee"),
        "Nood, uitdaging 3: Mobiliteit op maat": (1, 3),
        "Woorden die herkend worden": ("een ande", facts.lexicon().digest[:8]),
        "Code die scoort": ("een ande", facts.code_digest()[:8]),
    }


def test_scoring_page_keeps_what_was_typed_when_the_reason_is_missing(client, pajotarl, practice_clock, two):
    practice_clock(AFTER)
    client.force_login(two[0])

    response = client.post(
        reverse("admin:matching_scoring_page", args=[pajotarl.pk]), {**OTHER, "vragen": "1"}
    )

    assert response.status_code == 422
    assertContains(response, 'value="60"', status_code=422)


def test_published_scoring_marks_what_is_assumed(client, pajotarl):
    response = client.get(reverse("matching:published_scoring", args=[pajotarl.slug]))

    assertContains(response, "aanname")
    assertContains(response, scoring.scoring_as_it_stands(pajotarl).version)


def test_a_conflict_of_interest_hides_an_organisation_on_every_page_of_matching(
    client, pajotarl, two, practice_clock
):
    practice_clock(AFTER)
    shown, kept = bikes(pajotarl), bikes(pajotarl)
    run, [reader, other] = actions.run_matching(call=pajotarl), two
    ask(pajotarl, other)
    ConflictOfInterest.objects.create(
        user=reader,
        organisation=kept.organisation,
        call=pajotarl,
        kind="member",
        explanation="In het bestuur.",
        at=AFTER,
    )
    client.force_login(reader)
    run_page, coverage = (
        reverse(f"admin:matching_run_{name}", args=[run.pk]) for name in ("change", "coverage")
    )
    explained = reverse(
        "admin:matching_run_explain", args=[run.pk, run.scored.get(version__proposal=shown).pk, 3]
    )
    scoring_page = reverse("admin:matching_scoring_page", args=[pajotarl.pk])

    for address in (
        run_page,
        f"{run_page}?uitdaging=3",
        explained,
        coverage,
        f"{coverage}?als=csv",
        scoring_page,
    ):
        told = client.get(address).content.decode()
        assert shown.organisation.name in told, address
        assert kept.organisation.name not in told, address
        assert kept.reference not in told, address
