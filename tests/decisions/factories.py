"""Calls on the eve of their decision, and what follows from it."""

from challenges.models import Milestone
from decisions import actions
from decisions.jury import confirm_partnership, speak_on_partnership
from decisions.models import Decision
from decisions.partnership import record_partnership
from decisions.replies import reply_to_decision
from matching.models import Composition, Run
from pitches.models import Timetable
from tests.factories import CallFactory, brussels
from tests.reviews.factories import CRITERIA, reader

DECIDING = brussels(2023, 9, 28, 9)
REPLYING = brussels(2023, 10, 10, 9)
REPLY_ENDS = brussels(2023, 10, 15)
ALL_ENDS = brussels(2023, 10, 20)


def call_to_decide(**kwargs):
    call = CallFactory(**kwargs)
    Milestone.objects.create(call=call, kind=Milestone.Kind.REPLY, until=ALL_ENDS, position=9)
    return call


def coordinator(*proposals):
    return reader(*proposals, kind="coordinator")


def reasons():
    return {slug: f"Reden voor {slug}." for slug in CRITERIA}


def decided(proposal, *, by, outcome="rejected", rank=None):
    return actions.save_decision(
        proposal=proposal, outcome=outcome, rank=rank, reasons=reasons(), by=by, motivation="Alles gewogen."
    )


def released(*proposals):
    """Each proposal rejected, approved and released by two coordinators; gives the decisions."""
    one, two = coordinator(*proposals), coordinator(*proposals)
    for proposal in proposals:
        decided(proposal, by=one)
    release = actions.request_release(call=proposals[0].call, by=one)
    release = actions.approve_release(release=release, by=two)
    actions.release_decisions(release=release, by=two)
    return list(Decision.objects.filter(release=release).select_related("proposal__organisation", "call"))


def replied(decision, *, by, at=REPLYING):
    return reply_to_decision(
        decision=decision, text="Wij zijn het niet eens.", by=by, received_at=at, disputes=["aanpak"]
    )


def confirmed(call, outcomes: dict, *, by, suggested=()):
    """The jury's partnership: {proposal: (outcome, rank)}, recorded by `by`, confirmed by the jury."""
    composition = Composition.objects.create(
        run=Run.objects.create(
            call=call, created_at=DECIDING, scoring_version="", recipe="", digest=f"{call.pk}"
        ),
        created_at=DECIDING,
        status="optimal",
        document={},
    )
    composition.members.set(suggested)
    places = {
        proposal.pk: (outcome, rank, "Zo vond de jury.") for proposal, (outcome, rank) in outcomes.items()
    }
    made = record_partnership(composition=composition, places=places, account="Bij consensus.", by=by)
    return confirmed_by_the_jury(made, jury_of(call, *outcomes))


def jury_of(call, *proposals, jurors=3):
    """A jury whose members declared no conflict with `proposals`; the first is its chair."""
    found = [reader(*proposals, kind="jury") for _ in range(jurors)]
    Timetable.objects.update_or_create(call=call, defaults={"chair": found[0], "deputy": found[1]})
    return found


def confirmed_by_the_jury(partnership, jurors):
    """Everybody of `jurors` agrees; the first, who chairs, confirms."""
    for juror in jurors[1:]:
        speak_on_partnership(partnership=partnership, agrees=True, by=juror)
    return confirm_partnership(partnership=partnership, by=jurors[0])
