"""Reading mails that hold a candidacy: coordinators those of their own calls, nobody else."""

from accounts.queries import calls_of_coordinator
from submissions import answers, queries
from submissions import rules as filing
from submissions.compare import Pair
from submissions.forms import beside
from submissions.intake import rules
from submissions.intake.models import Intake
from submissions.models import Proposal


def intakes_of(user):
    """The mails to the calls that `user` runs, with call, organisation and who handled them; none whose
    data were erased."""
    kept = Intake.objects.exclude(file="")
    return kept.filter(call__in=calls_of_coordinator(user)).select_related(
        "call__region", "proposal__organisation", "taken_by", "handled_by"
    )


def proposal_of(intake: Intake) -> Proposal:
    """The candidacy that a registered mail belongs to, with its answers and calendar."""
    return queries.with_calendar(queries.with_answers(Proposal.objects.all())).get(pk=intake.proposal_id)


def own_drafts(call, organisations) -> dict[str, Proposal]:
    """By the key of its organisation, each draft in `call` that holds words of the organisation itself."""
    drafts = queries.with_answers(
        Proposal.objects.filter(call=call, organisation__in=organisations, status=Proposal.Status.DRAFT)
    )
    return {str(draft.organisation_id): draft for draft in drafts if rules.is_written_by_organisation(draft)}


def missing_then(intake: Intake) -> list[str]:
    """What a late mail lacked when it was noted, in words."""
    fields = intake.late_attempts.values_list("missing", flat=True).first() or []
    return list(dict.fromkeys(map(filing.what_lacked, fields)))


def earlier_in(intake: Intake, proposal, section) -> list[Pair]:
    """What the organisation's draft said in `section` before the mail took its place, beside what stands
    there now; only where it said something."""
    if not intake.earlier:
        return []
    pairs = beside(section, proposal=proposal, before=intake.earlier, after=answers.read(proposal))
    return [pair for pair in pairs if pair.before]


def mails_to_handle(call) -> int:
    """How many mails to `call` wait to be registered, or are registered but not filed yet."""
    waiting = Intake.objects.filter(call=call, state=Intake.State.WAITING).count()
    unfiled = Proposal.objects.filter(
        call=call, status=Proposal.Status.DRAFT, intakes__state=Intake.State.REGISTERED
    )
    return waiting + unfiled.distinct().count()
