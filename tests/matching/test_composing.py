import os
import sys
import time

import pytest

from journal.models import Entry
from matching import composing, documents, due, queries
from matching.engine.compose import composed
from matching.engine.wishes import Wish, Wishes
from matching.errors import NotAllowed, TooLate, UnknownNeed, WrongAnswer
from matching.lines import Lines
from matching.models import Composition, LegalGroup
from reviews import actions as reviewing
from tests.factories import brussels, person_with_role
from tests.reviews.factories import READING, assigned_reader, reader, scored

from .builders import random_problem
from .scenes import bikes, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(pajotarl):
    return person_with_role("coordinator", pajotarl)


def test_request_waits_and_solve_answers_and_studies_it_in_a_process(pajotarl, coordinator):
    first, second = bikes(pajotarl), talk(pajotarl)

    made = composing.request_composition(call=pajotarl, by=coordinator)
    assert made.status == "waiting"
    composing.solve(made.pk)

    made.refresh_from_db()
    assert (made.status, made.studied) == ("optimal", True)
    assert set(made.members.all()) == {first, second}
    assert made.studies["roles"] == {first.key: "core", second.key: "core"}
    assert made.studies["draws"] == 200
    assert [point["step"] for point in made.studies["curve"]] == [-20, -10, 0, 10, 20]


def test_solve_twice_changes_nothing(pajotarl, coordinator):
    bikes(pajotarl)
    made = composing.request_composition(call=pajotarl, by=coordinator)
    composing.solve(made.pk)

    composing.solve(made.pk)

    assert Entry.objects.filter(verb="matching.composed").count() == 1


def test_stop_before_the_worker_came_leaves_nothing_to_do(pajotarl, coordinator):
    bikes(pajotarl)
    made = composing.request_composition(call=pajotarl, by=coordinator)

    composing.stop_composition(composition=made, by=coordinator)
    composing.solve(made.pk)

    made.refresh_from_db()
    assert (made.status, made.members.count()) == ("stopped", 0)


def test_stop_while_it_is_solved_keeps_the_best_so_far(pajotarl, coordinator):
    proposal = bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl, by=coordinator)
    so_far = {**made.document, "answer": None}
    Composition.objects.filter(pk=made.pk).update(
        status="solving", document=so_far, stopped_by=coordinator, touched_at=brussels(2023, 1, 1)
    )

    composing.solve(made.pk)

    made.refresh_from_db()
    assert made.status in ("feasible", "optimal")
    assert set(made.members.all()) == {proposal}


def test_stop_is_for_coordinators_and_while_it_runs(pajotarl, coordinator):
    bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)

    with pytest.raises(TooLate):
        composing.stop_composition(composition=made, by=coordinator)
    with pytest.raises(NotAllowed):
        composing.stop_composition(composition=made, by=person_with_role("reviewer", pajotarl))


def test_a_process_that_dies_without_an_answer_is_told(pajotarl):
    bikes(pajotarl)
    made = composing.request_composition(call=pajotarl)
    Composition.objects.filter(pk=made.pk).update(include=["purged-since"])

    composing.solve(made.pk)

    made.refresh_from_db()
    assert (made.status, made.studied) == ("failed", True)
    assert made.document["error"].strip().endswith("UnknownProposal: purged-since")


def test_a_wrong_answer_is_never_kept(pajotarl):
    bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)
    answer = made.document["answer"]
    lie = {**answer, "objective": {**answer["objective"], "coverage": 1 + answer["objective"]["coverage"]}}

    with pytest.raises(WrongAnswer):
        composing._hear(made, {"answer": lie})


def test_what_a_worker_left_behind_is_handed_out_again(pajotarl):
    bikes(pajotarl)
    made = composing.request_composition(call=pajotarl)
    Composition.objects.filter(pk=made.pk).update(status="solving", touched_at=brussels(2023, 1, 1))

    due.hand_out_again(brussels(2023, 9, 5))

    assert list(queries.compositions_left_behind()) == [made]
    composing.solve(made.pk)
    assert Composition.objects.get(pk=made.pk).status == "optimal"


def test_two_of_one_legal_group_are_never_taken_together(pajotarl):
    first, second = bikes(pajotarl), bikes(pajotarl)
    group = LegalGroup.objects.create(call=pajotarl, name="Koepel")
    group.organisations.add(first.organisation, second.organisation)

    together = composing.compose_partnership(call=pajotarl, wishes=Wishes(include=(first.key, second.key)))

    assert [wish["wish"] for wish in together.document["conflict"]] == ["include"]
    assert composing.compose_partnership(call=pajotarl).members.count() == 1


def test_duties_given_up_bind_no_longer(pajotarl):
    first = bikes(pajotarl)
    talk(pajotarl)
    wishes = Wishes(maximum=1, include=(first.key,))

    kept = composing.compose_partnership(call=pajotarl, wishes=wishes)
    lighter = composing.compose_partnership(call=pajotarl, wishes=wishes.given_up([Wish("challenge", 2)]))

    assert kept.status == "infeasible"
    assert {wish["wish"] for way in kept.document["ways_out"] for wish in way["give_up"]} == {
        "max",
        "challenge",
    }
    assert lighter.document["selected"] == [first.key]


def test_released_scores_are_the_quality_when_everybody_has_one(pajotarl, practice_clock):
    first, second = bikes(pajotarl), talk(pajotarl)
    practice_clock(READING)
    read_and_shortlisted(first, value=4)
    half = composing.compose_partnership(call=pajotarl)
    read_and_shortlisted(second, value=3)

    complete = composing.compose_partnership(call=pajotarl)

    assert half.basis["merits"] == {}
    assert complete.basis["merits"] == {first.key: 80, second.key: 60}
    assert complete.document["objective"]["quality"] != half.document["objective"]["quality"]


def read_and_shortlisted(proposal, *, value):
    reviewing.ensure_criteria(call=proposal.call)
    proposal.status = "admissible"
    proposal.save()
    scored(proposal, by=assigned_reader(proposal), value=value)
    by = reader(proposal, kind="coordinator")
    reviewing.shortlist_proposal(proposal=proposal, shortlisted=True, reason="", by=by)


def test_a_need_that_the_call_does_not_have_cannot_be_wanted_twice(pajotarl):
    with pytest.raises(UnknownNeed):
        composing.compose_partnership(call=pajotarl, wishes=Wishes(twice=("9:vliegen",)))


def test_lines_are_heard_as_they_come_and_the_process_is_gone_afterwards():
    program = "import sys, time; print(sys.stdin.read(), flush=True); time.sleep(600)"

    with Lines([sys.executable, "-c", program], send="[1]", cwd="/") as lines:
        heard = next(line for line in lines.until(time.monotonic() + 60) if line is not None)
        child = lines._process.pid

    assert heard == [1]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_lines_end_when_their_time_is_over():
    with Lines([sys.executable, "-c", "import time; time.sleep(600)"], send="", cwd="/") as lines:
        assert list(lines.until(time.monotonic() - 1)) == []


def test_lines_keep_what_the_process_complains_of():
    with Lines([sys.executable, "-c", "raise SystemExit('lost')"], send="", cwd="/") as lines:
        assert [line for line in lines.until(time.monotonic() + 60) if line is not None] == []

    assert lines.errors.strip() == "lost"


def test_a_set_without_any_bound_yet_is_measured_by_what_everybody_together_covers():
    problem = random_problem(2, offers=8)
    found = composed(problem, list(problem.by_id)[:2])

    told = documents.best_so_far(found, problem)

    assert told["bound"]["coverage"] == pytest.approx(problem.ceiling / problem.full_coverage, abs=1e-6)
    assert told["gap"] == pytest.approx(1 - found.objective.coverage / problem.ceiling, abs=1e-6)
    assert 0 < told["gap"] < 1
