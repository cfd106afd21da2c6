"""The partnership as the jury found it: recorded by a coordinator, then confirmed by the jury (`jury.py`)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import rules as people
from decisions import rules
from decisions.errors import NotAllowed, Refused
from decisions.jury import body_of
from decisions.models import Decision, Partnership, PartnershipPlace
from journal import actions as journal
from journal import clock
from matching.models import Composition
from notifications.actions import notify
from pitches.findings import advised_against
from reviews.queries import hidden_from
from submissions.models import Proposal

Outcome = Decision.Outcome


def candidates_of(call):
    """Who pitched, and so can be a member or stand in reserve."""
    pitched = Proposal.objects.filter(call=call, status=Proposal.Status.SHORTLISTED)
    return pitched.select_related("organisation").order_by("reference")


@transaction.atomic
def record_partnership(*, composition: Composition, places: Mapping, account: str, by) -> Partnership:
    """Write down what the jury found: {proposal id: (outcome, rank or None, reason)} for who pitched.

    Recording again asks for a new confirmation. Raises NotAllowed unless `by` coordinates the call
    without any conflict in it, Refused (field: the proposal's id, or `account`) when somebody is left
    out, the reserve list has gaps or doubles, or a departure from `composition`, or a member against the
    jury's own advice on its pitch, has no reason.
    """
    call = composition.run.call
    _require_recorder(call, by=by)
    type(call).objects.select_for_update(no_key=True).get(pk=call.pk)
    if not account.strip():
        raise Refused(_("Write down how the jury came to this partnership."), field="account")
    candidates = list(candidates_of(call))
    suggested = set(composition.members.values_list("pk", flat=True))
    rows = [_place(each, places.get(each.pk), suggested=each.pk in suggested) for each in candidates]
    _require_reasons_against_advice(rows, advised_against(call))
    _require_list_in_order(rows)
    Partnership.objects.filter(call=call).update(confirmed_by=None, confirmed_at=None)
    partnership, _new = Partnership.objects.update_or_create(
        call=call,
        defaults={
            "composition": composition,
            "account": account.strip(),
            "recorded_by": by,
            "recorded_at": clock.now(),
        },
    )
    partnership.places.all().delete()
    partnership.agreements.all().delete()
    for row in rows:
        row.partnership = partnership
    PartnershipPlace.objects.bulk_create(rows)
    journal.record(
        "partnership.recorded", about=partnership, by=by, call=call, suggestion=composition.pk,
        members=[row.proposal.reference for row in rows if row.member],
        reserve=[row.proposal.reference for row in sorted(rows, key=lambda r: r.rank or 0) if row.rank],
    )  # fmt: skip
    _ask_the_jury(partnership)
    return partnership


def _ask_the_jury(partnership: Partnership) -> None:
    """A mail to everybody of the jury who may speak on it; who has a conflict hears nothing of it."""
    notify(
        "decisions_partnership",
        to=body_of(partnership),
        about=partnership,
        occurrence=partnership.recorded_at.isoformat(),
        context={"partnership": partnership, "call": partnership.call},
        call=partnership.call,
    )


def _require_recorder(call, *, by) -> None:
    if not people.is_coordinator(by, call=call) or hidden_from(by, call).exists():
        raise NotAllowed(_("Only a coordinator without any conflict of interest records the partnership."))
    if rules.is_being_released(call) or call.releases.filter(status="released").exists():
        raise Refused(_("The letters are on their way: the partnership stands."))


def _place(proposal, given, *, suggested: bool) -> PartnershipPlace:
    field = str(proposal.pk)
    if given is None:
        raise Refused(_("Say of everybody who pitched what the jury found."), field=field)
    outcome, rank, reason = given
    if (outcome == Outcome.RESERVE) != (rank is not None):
        raise Refused(_("Give a place on the reserve list to a reserve, and to nobody else."), field=field)
    member = outcome == Outcome.SELECTED
    if member != suggested and not reason.strip():
        raise Refused(_("This departs from the suggestion. Write down why."), field=field)
    return PartnershipPlace(
        proposal=proposal, member=member, suggested=suggested, rank=rank, reason=reason.strip()
    )


def _require_reasons_against_advice(rows, unfavourable: set) -> None:
    for row in rows:
        if row.member and row.proposal_id in unfavourable and not row.reason:
            raise Refused(
                _("The jury advised against this candidacy. Write down why it is a member."),
                field=str(row.proposal_id),
            )


def _require_list_in_order(rows) -> None:
    ranks = sorted(row.rank for row in rows if row.rank)
    if ranks != list(range(1, len(ranks) + 1)):
        raise Refused(_("Number the reserve list 1, 2, 3, each place once."), field="account")


def partnership_of(call) -> Partnership | None:
    found = Partnership.objects.filter(call=call)
    found = found.prefetch_related("places__proposal__organisation", "agreements")
    return found.select_related("composition", "recorded_by", "confirmed_by", "call__region").first()


def found_by_the_jury(call) -> dict:
    """{proposal id: its place} of the confirmed partnership of `call`; empty while there is none."""
    places = PartnershipPlace.objects.filter(partnership__call=call, partnership__confirmed_at__isnull=False)
    return {place.proposal_id: place for place in places.select_related("proposal__organisation")}


def departures_from_the_jury(call, decisions) -> list[str]:
    """References of `decisions` that say something else than the jury confirmed.

    While the jury confirmed nothing, whoever is selected or in reserve departs.
    """
    found = found_by_the_jury(call)

    def agreed(decision) -> bool:
        place = found.get(decision.proposal_id)
        if place is None:
            return decision.outcome == Outcome.REJECTED
        return (decision.outcome, decision.rank) == (place.outcome, place.rank)

    return [decision.proposal.reference for decision in decisions if not agreed(decision)]
