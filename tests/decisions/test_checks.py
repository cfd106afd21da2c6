import pytest
import time_machine

from challenges.models import Milestone
from decisions.actions import approve_release, request_release, set_remedy
from decisions.checks import dry_run
from decisions.models import Decision, Remedy
from tests.decisions.factories import DECIDING, REPLY_ENDS, call_to_decide, confirmed, coordinator, decided
from tests.reviews.factories import filed_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return call_to_decide()


def problems(call, at=DECIDING):
    return [check.problems for check in dry_run(call, at=at).checks if not check.ok]


def test_dry_run_counts_letters_per_outcome(call):
    outcomes = [("selected", None), ("reserve", 1), ("reserve", 2), ("rejected", None)]
    found = {filed_proposal(call, status="shortlisted"): outcome for outcome in outcomes}
    leader = coordinator(*found)
    confirmed(call, found, by=leader)
    for proposal, (outcome, rank) in found.items():
        decided(proposal, by=leader, outcome=outcome, rank=rank)

    run = dry_run(call, at=DECIDING)

    assert (run.letters, run.counts, run.ready) == (4, {"selected": 1, "reserve": 2, "rejected": 1}, True)


def test_dry_run_without_anything_to_decide(call):
    set_remedy(call=call, where="Bij de rechtbank.", days=60)

    assert len(problems(call)) == 1


def test_dry_run_names_unfinished_and_undecided_proposals(call):
    done, undecided, unfinished = (
        filed_proposal(call, status=status) for status in ("shortlisted", "shortlisted", "admissible")
    )
    decided(done, by=coordinator(done))

    assert problems(call) == [[unfinished.reference], [undecided.reference]]


def test_dry_run_names_lacking_reasons_and_a_wrong_outcome(call):
    proposal = filed_proposal(call, status="shortlisted")
    decision = decided(proposal, by=coordinator(proposal), outcome="selected")
    decision.reasons.filter(criterion__slug="aanpak").update(text="")
    proposal.status = "not_shortlisted"
    proposal.save()

    assert problems(call) == [[proposal.reference]] * 3


def test_dry_run_names_what_the_jury_did_not_confirm(call):
    one, two = (filed_proposal(call, status="shortlisted") for _ in range(2))
    leader = coordinator(one, two)
    confirmed(call, {one: ("selected", None), two: ("reserve", 1)}, by=leader)
    decided(one, by=leader, outcome="selected")
    decided(two, by=leader, outcome="rejected")

    assert problems(call) == [[two.reference]]


def test_dry_run_names_a_letter_that_says_something_else(call):
    proposal = filed_proposal(call, status="shortlisted")
    one, two = coordinator(proposal), coordinator(proposal)
    decided(proposal, by=one)
    with time_machine.travel(DECIDING, tick=False):
        approve_release(release=request_release(call=call, by=one), by=two)
    Decision.objects.update(letter="<p>U bent geselecteerd.</p>")

    assert problems(call) == [[proposal.reference]]


def test_dry_run_names_gaps_in_the_reserve_list(call):
    proposal = filed_proposal(call, status="shortlisted")
    decided(proposal, by=coordinator(proposal), outcome="reserve", rank=2)

    assert problems(call) == [[proposal.reference], ["2"]]


def test_dry_run_misses_an_addressee(call):
    proposal = filed_proposal(call, status="shortlisted")
    decided(proposal, by=coordinator(proposal))
    proposal.organisation.email = ""
    proposal.organisation.save()

    assert problems(call) == [[proposal.reference]]


def test_dry_run_misses_remedy_and_reply(call):
    proposal = filed_proposal(call, status="shortlisted")
    decided(proposal, by=coordinator(proposal))

    assert len(problems(call, at=REPLY_ENDS)) == 1
    Remedy.objects.all().delete()
    Milestone.objects.filter(kind="reply").delete()
    assert len(problems(call)) == 2


def test_dry_run_asks_a_reason_even_without_criteria(call):
    proposal = filed_proposal(call, status="shortlisted")
    decided(proposal, by=coordinator(proposal))
    Decision.objects.get().reasons.all().delete()
    call.criteria.all().delete()

    assert problems(call) == [[proposal.reference]]
