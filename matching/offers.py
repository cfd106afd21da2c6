"""Before the deadline: candidates who let others count them see what few offer."""

from collections import defaultdict

from django.db import transaction

from journal import actions as journal
from journal import clock
from matching import rules
from matching.models import Visibility
from submissions.models import Proposal, ProposalChallenge, ProposalService

COUNTED = (Proposal.Status.DRAFT, Proposal.Status.FILED)


@transaction.atomic
def show_candidacy(*, proposal: Proposal, with_name: bool, by) -> Visibility:
    """Let other visible candidates count this one, with its name or not. Raises NotAllowed for who
    is no colleague, or once the deadline has passed."""
    rules.require_may_compare(by, proposal=proposal, at=clock.now())
    made, _new = Visibility.objects.update_or_create(
        proposal=proposal, defaults={"with_name": with_name, "since": clock.now(), "by": by}
    )
    journal.record("matching.candidacy_shown", about=proposal, by=by, call=proposal.call, with_name=with_name)
    return made


@transaction.atomic
def hide_candidacy(*, proposal: Proposal, by) -> None:
    """Stop that; others no longer count this one. Raises NotAllowed as above."""
    rules.require_may_compare(by, proposal=proposal, at=clock.now())
    if Visibility.objects.filter(proposal=proposal).delete()[0]:
        journal.record("matching.candidacy_hidden", about=proposal, by=by, call=proposal.call)


def offers_beside(proposal: Proposal) -> dict:
    """What the other visible candidates of the call chose: counts only, nothing from their texts.

    `rows` has one row per need of the call, the rarest first: challenge, service, weight, `others`
    (how many other candidates chose both) and `mine`. `names` are those who agreed to be named.
    Six queries.
    """
    seen = Visibility.objects.filter(proposal__call=proposal.call_id, proposal__status__in=COUNTED)
    others = dict(seen.exclude(proposal=proposal).values_list("proposal_id", "with_name"))
    chosen = _chosen(ProposalChallenge, "challenge__number", [*others, proposal.pk])
    offered = _chosen(ProposalService, "service_type__slug", [*others, proposal.pk])
    named = Proposal.objects.filter(pk__in=[pk for pk, with_name in others.items() if with_name])
    rows = [
        {
            "challenge": challenge,
            "service": need.service_type.need,
            "weight": need.weight,
            "others": sum(_meets(pk, challenge.number, need, chosen, offered) for pk in others),
            "mine": _meets(proposal.pk, challenge.number, need, chosen, offered),
        }
        for challenge in proposal.call.challenges.prefetch_related("needs__service_type")
        for need in challenge.needs.all()
    ]
    return {
        "count": len(others),
        "rows": sorted(rows, key=lambda r: (r["others"], -r["weight"], r["challenge"].number)),
        "names": sorted(named.values_list("organisation__name", flat=True)),
    }


def _meets(pk, number: int, need, chosen, offered) -> bool:
    return number in chosen[pk] and need.service_type.slug in offered[pk]


def _chosen(model, field: str, proposals) -> dict:
    found = defaultdict(set)
    rows = model.objects.filter(proposal__in=proposals).exclude(how="")
    for pk, value in rows.values_list("proposal_id", field):
        found[pk].add(value)
    return found
