"""Reading mails that hold a candidacy: coordinators those of their own calls, nobody else."""

from accounts.queries import calls_of_coordinator
from submissions import queries
from submissions.intake.models import Intake
from submissions.models import Proposal


def intakes_of(user):
    """The mails to the calls that `user` runs, with call, organisation and who handled them."""
    return Intake.objects.filter(call__in=calls_of_coordinator(user)).select_related(
        "call__region", "proposal__organisation", "taken_by", "handled_by"
    )


def proposal_of(intake: Intake) -> Proposal:
    """The candidacy that a registered mail belongs to, with its answers and calendar."""
    return queries.with_calendar(queries.with_answers(Proposal.objects.all())).get(pk=intake.proposal_id)


def mails_to_handle(call) -> int:
    """How many mails to `call` wait to be registered, or are registered but not filed yet."""
    waiting = Intake.objects.filter(call=call, state=Intake.State.WAITING).count()
    unfiled = Proposal.objects.filter(call=call, intakes__isnull=False, status=Proposal.Status.DRAFT)
    return waiting + unfiled.distinct().count()
