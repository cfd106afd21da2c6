"""The dry run of a release: what stands ready, what still keeps the letters back."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from decisions import rules
from decisions.letters import compose_letter
from decisions.models import Decision, Remedy
from decisions.partnership import departures_from_the_jury
from reviews.models import Criterion
from submissions.models import Proposal

Outcome = Decision.Outcome


@dataclass(frozen=True)
class Check:
    """One condition, in words, with what does not meet it (references; empty when all is well)."""

    says: str
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class DryRun:
    """The decisions whose letters go out, counts per outcome and every check; `ready` when all are met."""

    decisions: list[Decision]
    counts: dict[str, int]
    checks: list[Check]

    @property
    def letters(self) -> int:
        return len(self.decisions)

    @property
    def ready(self) -> bool:
        return all(check.ok for check in self.checks)


def dry_run(call, *, at: datetime, signatories=()) -> DryRun:
    """Look whether the decisions of `call` can go out at `at`, signed by `signatories`.

    Takes a fixed number of queries, plus a few for each signatory.
    """
    decisions = list(_decisions(call))
    waiting = Proposal.objects.filter(call=call, status__in=rules.TO_DECIDE)
    counts = {outcome: sum(d.outcome == outcome for d in decisions) for outcome in Outcome.values}
    return DryRun(
        decisions=decisions,
        counts=counts,
        checks=[
            Check(_("There is something to decide on"), [] if decisions else [_("No decision was written")]),
            Check(_("Every proposal was invited to pitch or not"), _unfinished(call)),
            Check(_("Everybody gets exactly one letter"), _without_one_letter(waiting, decisions)),
            Check(_("The decisions are what the jury confirmed"), departures_from_the_jury(call, decisions)),
            Check(_("Nobody who is selected gets a rejection"), _wrong_letters(decisions)),
            Check(
                _("Who is selected or in reserve was invited to pitch"),
                _references(d for d in decisions if not rules.outcome_fits(d.outcome, d.proposal)),
            ),
            Check(_("Each criterion has its reason"), _without_reasons(call, decisions)),
            Check(_("The reserve list has no gaps"), _gaps(decisions)),
            Check(_("Each letter reaches somebody"), _references(d for d in decisions if not _reached(d))),
            Check(
                _("The letter says where and until when to appeal"),
                [] if Remedy.objects.filter(call=call).exists() else [_("The remedy clause is missing")],
            ),
            Check(_("The right of reply has an end that lies ahead"), _reply_problem(call, at)),
            Check(_("Nobody signs with a conflict of interest"), _conflicted(call, decisions, signatories)),
        ],
    )


def _decisions(call):
    filled = Count("reasons", filter=~Q(reasons__text=""), distinct=True)
    members = Count("proposal__organisation__memberships", distinct=True)
    return (
        Decision.objects.filter(call=call)
        .exclude(status=Decision.Status.RELEASED)
        .annotate(reasons_filled=filled, members=members)
        .select_related(
            "proposal__organisation", "call", "drafted_by", "release__requested_by", "release__approved_by"
        )
    )


def _references(decisions) -> list[str]:
    return [decision.proposal.reference for decision in decisions]


def _unfinished(call) -> list[str]:
    unfinished = Proposal.objects.filter(call=call, status__in=rules.UNFINISHED)
    return list(unfinished.order_by("reference").values_list("reference", flat=True))


def _without_one_letter(waiting, decisions) -> list[str]:
    """Who has no decision, and whose organisation would get two."""
    lacking = waiting.filter(decision__isnull=True).order_by("reference")
    counted = Counter(decision.proposal.organisation_id for decision in decisions)
    double = [d for d in decisions if counted[d.proposal.organisation_id] > 1]
    return [*lacking.values_list("reference", flat=True), *_references(double)]


def _wrong_letters(decisions) -> list[str]:
    """Frozen letters that say something else than what was decided, word for word."""
    frozen = [d for d in decisions if d.letter]
    return _references(
        d for d in frozen if d.letter != compose_letter(d, release=d.release, until=d.reply_until)
    )


def _without_reasons(call, decisions) -> list[str]:
    wanted = Criterion.objects.filter(call=call).count()
    return _references(d for d in decisions if not wanted or d.reasons_filled < wanted)


def _gaps(decisions) -> list[str]:
    ranks = sorted(d.rank for d in decisions if d.rank)
    wanted = range(1, len(ranks) + 1)
    return [] if ranks == list(wanted) else [", ".join(map(str, ranks))]


def _reached(decision) -> bool:
    return bool(decision.members or decision.proposal.organisation.email)


def _reply_problem(call, at) -> list[str]:
    ends = rules.replies_end(call)
    if ends is None:
        return [_("The call has no end date for the right of reply")]
    return [] if at < ends else [_("The right of reply has ended already")]


def _conflicted(call, decisions, signatories) -> list[str]:
    people = {user.pk: user for user in [*signatories, *(d.drafted_by for d in decisions)]}
    return sorted(str(user) for user in people.values() if rules.conflicts_in_letters(user, call=call))
