"""How reading and scoring change: conflicts, assignments, reviews, admissibility, the shortlist."""

from pathlib import Path

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import rules as people
from journal import actions as journal
from journal import clock
from notifications.actions import notify
from reviews import queries, rules
from reviews.errors import Incomplete, NotAllowed, Refused
from reviews.models import (
    Admissibility,
    Assignment,
    ConflictOfInterest,
    Criterion,
    Review,
    Score,
    Shortlisting,
)
from reviews.registry import is_released
from reviews.totals import points
from submissions.models import Proposal

DEFAULT_CRITERIA = Path(__file__).parent / "criteria.yaml"
NOT_LIFTED = {"lifted_by": None, "lifted_at": None, "lift_reason": ""}


@transaction.atomic
def set_criteria(*, call, criteria: list[dict], by=None, assumed: bool = False) -> list[Criterion]:
    """Replace the criteria of `call` by `criteria` (slug, name, question, weight, anchors), in order.

    Raises NotAllowed unless `by` coordinates the call (None is the portal itself), Refused when the
    weights do not add up to 100 or scores have been given already.
    """
    if by is not None and not people.is_coordinator(by, call=call):
        raise NotAllowed(_("Only a coordinator sets the criteria."))
    total = sum(item["weight"] for item in criteria)
    if total != 100:
        raise Refused(
            _("The weights add up to %(total)s %%. Change them until they are 100 %% together.")
            % {"total": total},
            field="weight",
        )
    if Score.objects.filter(criterion__call=call).exists():
        raise Refused(_("Scores have been given on these criteria already. They can no longer change."))
    Criterion.objects.filter(call=call).delete()
    made = Criterion.objects.bulk_create(
        Criterion(call=call, position=position, assumed=assumed, **item)
        for position, item in enumerate(criteria, start=1)
    )
    journal.record(
        "criteria.set",
        about=call,
        by=by,
        call=call,
        weights={c.slug: c.weight for c in made},
        assumed=assumed,
    )
    return made


@transaction.atomic
def ensure_criteria(*, call) -> None:
    """Give `call` the marked default criteria when it has none; harmless when repeated."""
    type(call).objects.select_for_update(no_key=True).get(pk=call.pk)
    if not Criterion.objects.filter(call=call).exists():
        set_criteria(call=call, criteria=default_criteria(), assumed=True)


def default_criteria() -> list[dict]:
    """The criteria a call starts with: an assumption, written in `criteria.yaml`."""
    return yaml.safe_load(DEFAULT_CRITERIA.read_text())


@transaction.atomic
def declare_conflicts(*, user, call, declarations: dict[int, tuple[str, str]]) -> None:
    """Record what `user` has to do with organisations: {organisation id: (kind, explanation)}.

    What is found from data is pinned whatever is declared. Assignments that became impossible are
    taken away. Raises NotAllowed for who neither reads nor judges, Refused (field: the organisation's
    id) for an organisation that did not file or a conflict without explanation.
    """
    if not rules.may_declare(user, call=call):
        raise NotAllowed(_("Only readers and jury members of this call declare conflicts of interest."))
    known = {o.pk: o for o in queries.organisations_to_declare(user=user, call=call)}
    for pk, (kind, explanation) in declarations.items():
        _declare(user=user, call=call, organisation=known.get(pk), kind=kind, explanation=explanation, pk=pk)
    released = _unassign_conflicted(user=user, call=call)
    journal.record(
        "conflicts.declared",
        about=user,
        by=user,
        call=call,
        declared={str(pk): kind for pk, (kind, _why) in declarations.items()},
        unassigned=released,
    )


def _declare(*, user, call, organisation, kind, explanation, pk):
    if organisation is None:
        raise Refused(_("This organisation did not file a candidacy."), field=str(pk))
    if organisation.lifted_at is not None and kind == ConflictOfInterest.Kind.NONE:
        return
    if _takes_back(organisation, kind):
        raise Refused(
            _("You declared a tie with this organisation. Only another coordinator can lift it."),
            field=str(pk),
        )
    values = {"kind": kind, "explanation": explanation.strip(), "source": ConflictOfInterest.Source.DECLARED}
    if organisation.found:
        values |= {"kind": organisation.found, "source": ConflictOfInterest.Source.FOUND}
    elif kind == ConflictOfInterest.Kind.NONE:
        if organisation.source == ConflictOfInterest.Source.FOUND:
            return
    elif not values["explanation"]:
        raise Refused(_("Say in a few words what the tie is."), field=str(pk))
    ConflictOfInterest.objects.update_or_create(
        user=user, organisation=organisation, call=call, defaults=values | NOT_LIFTED | {"at": clock.now()}
    )


def _takes_back(organisation, kind) -> bool:
    """Whether somebody says by themselves that a tie they declared is nothing after all."""
    declared = organisation.declared not in (None, ConflictOfInterest.Kind.NONE)
    own = organisation.source == ConflictOfInterest.Source.DECLARED and not organisation.found
    return declared and own and kind == ConflictOfInterest.Kind.NONE


def _unassign_conflicted(*, user, call) -> list[str]:
    conflicted = queries.conflicted_proposals(user=user, call=call)
    gone = Assignment.objects.filter(reviewer=user, proposal__in=conflicted)
    references = sorted(gone.values_list("proposal__reference", flat=True))
    gone.delete()
    return references


@transaction.atomic
def lift_conflict(*, conflict: ConflictOfInterest, reason: str, by) -> ConflictOfInterest:
    """Let the person read after all. Raises NotAllowed unless `by` is another coordinator."""
    conflict = ConflictOfInterest.objects.select_for_update().get(pk=conflict.pk)
    if conflict.user_id == by.pk or not people.is_coordinator(by, call=conflict.call):
        raise NotAllowed(_("Only a coordinator other than this person lifts a conflict of interest."))
    if not conflict.stands:
        raise Refused(_("There is no conflict of interest to lift."))
    if not reason.strip():
        raise Refused(_("Write down why this tie is no conflict of interest."), field="reason")
    conflict.lifted_by, conflict.lifted_at, conflict.lift_reason = by, clock.now(), reason.strip()
    conflict.save()
    journal.record("conflict.lifted", about=conflict, by=by, call=conflict.call, reason=reason.strip())
    return conflict


@transaction.atomic
def save_review(*, proposal: Proposal, scores: dict[str, tuple[int | None, str]], by) -> Review:
    """Keep a draft: {criterion slug: (value 0-5 or None, justification)}; criteria left out stay as they are.

    Raises NotAllowed for who may not score this proposal (now, or any more).
    """
    review = _review_to_write(proposal=proposal, by=by)
    _write_scores(review, scores)
    review.status, review.abstain_reason, review.saved_at = Review.Status.DRAFT, "", clock.now()
    review.save()
    return review


@transaction.atomic
def submit_review(*, proposal: Proposal, by) -> Review:
    """Make the saved draft final. Raises NotAllowed, or Incomplete naming what each criterion lacks."""
    review = _review_to_write(proposal=proposal, by=by)
    criteria = list(queries.criteria_of(proposal.call))
    given = {score.criterion_id: score for score in review.scores.all()}
    missing = _missing(criteria, given)
    if missing:
        raise Incomplete(_("Not everything is scored and justified yet."), missing=missing)
    review.status = Review.Status.SUBMITTED
    review.saved_at = review.submitted_at = clock.now()
    review.total = points((given[c.pk].value, c.weight) for c in criteria)
    review.save()
    journal.record(
        "review.submitted", about=proposal, by=by, call=proposal.call, version=review.version.number,
        scores={c.slug: given[c.pk].value for c in criteria}, total=str(review.total),
    )  # fmt: skip
    return review


@transaction.atomic
def abstain(*, proposal: Proposal, reason: str, by) -> Review:
    """Give no score, with the reason. Raises NotAllowed, Refused without a reason."""
    review = _review_to_write(proposal=proposal, by=by)
    if not reason.strip():
        raise Refused(_("Write down why you give no score."), field="abstain_reason")
    review.status, review.abstain_reason, review.saved_at = (
        Review.Status.ABSTAINED,
        reason.strip(),
        clock.now(),
    )
    review.save()
    journal.record("review.abstained", about=proposal, by=by, call=proposal.call, reason=reason.strip())
    return review


def _review_to_write(*, proposal, by) -> Review:
    proposal = Proposal.objects.select_for_update().select_related("call").get(pk=proposal.pk)
    if not rules.may_score(by, proposal):
        raise NotAllowed(_("You cannot score this proposal (any more)."))
    review, _new = Review.objects.get_or_create(
        proposal=proposal,
        reviewer=by,
        defaults={"version": proposal.versions.first(), "saved_at": clock.now()},
    )
    return review


def _write_scores(review: Review, scores: dict) -> None:
    for criterion in queries.criteria_of(review.proposal.call).filter(slug__in=scores):
        value, justification = scores[criterion.slug]
        Score.objects.update_or_create(
            review=review,
            criterion=criterion,
            defaults={"value": value, "justification": justification.strip()},
        )


def _missing(criteria: list[Criterion], given: dict[int, Score]) -> dict[str, str]:
    missing = {}
    for criterion in criteria:
        score = given.get(criterion.pk)
        if score is None or score.value is None:
            missing[criterion.slug] = _("Choose a score from 0 to 5.")
        elif not score.justification:
            missing[criterion.slug] = _("Write down why you give this score.")
    return missing


@transaction.atomic
def judge_admissibility(*, proposal: Proposal, admissible: bool, reason: str, by) -> Admissibility:
    """Judge the formal conditions and tell the organisation.

    Raises NotAllowed unless `by` is a coordinator who may read it, Refused before filing has closed
    for this organisation, once the proposal went further, or without a reason when not admissible.
    """
    proposal, moment = _locked(proposal), clock.now()
    if not rules.may_judge(by, proposal):
        raise NotAllowed(_("Only a coordinator without a conflict of interest judges this."))
    if proposal.status not in rules.CAN_BE_JUDGED_ADMISSIBLE or _has_scores(proposal):
        raise Refused(_("This proposal went further already: its admissibility can no longer change."))
    if not rules.filing_has_closed(proposal, at=moment):
        raise Refused(_("The organisation can still file. Judge the admissibility once filing has closed."))
    if not admissible and not reason.strip():
        raise Refused(_("Write down which condition is not met."), field="reason")
    ensure_criteria(call=proposal.call)
    judged, _new = Admissibility.objects.update_or_create(
        proposal=proposal,
        defaults={"admissible": admissible, "reason": reason.strip(), "by": by, "at": moment},
    )
    _set_status(proposal, Proposal.Status.ADMISSIBLE if admissible else Proposal.Status.INADMISSIBLE)
    _tell_admissibility(judged, proposal)
    journal.record(
        f"proposal.{proposal.status}", about=proposal, by=by, call=proposal.call, reason=judged.reason
    )
    return judged


def _has_scores(proposal) -> bool:
    return Review.objects.filter(proposal=proposal, status=Review.Status.SUBMITTED).exists()


def _tell_admissibility(judged: Admissibility, proposal: Proposal) -> None:
    notify(
        "reviews_admissibility",
        to=proposal.organisation.members.all(),
        about=proposal,
        occurrence=judged.at.isoformat(),
        context={"proposal": proposal, "judged": judged},
        call=proposal.call,
        organisation=proposal.organisation,
    )


@transaction.atomic
def shortlist_proposal(*, proposal: Proposal, shortlisted: bool, reason: str, by) -> Shortlisting:
    """Invite a proposal to pitch, or not. It may change until invitations went out or decisions follow.

    Raises NotAllowed unless `by` is a coordinator who may read it, Refused when the proposal is not
    between admissibility and decision, or without a reason when it is not shortlisted.
    """
    proposal, moment = _locked(proposal), clock.now()
    if not rules.may_judge(by, proposal):
        raise NotAllowed(_("Only a coordinator without a conflict of interest judges this."))
    if proposal.status not in rules.CAN_BE_SHORTLISTED:
        raise Refused(_("Only an admissible proposal that was not decided yet can be shortlisted."))
    if is_released(proposal.call):
        raise Refused(_("Invitations went out or decisions were written already: the shortlist stands."))
    if not shortlisted and not reason.strip():
        raise Refused(_("Write down why this proposal is not invited to pitch."), field="reason")
    made, _new = Shortlisting.objects.update_or_create(
        proposal=proposal,
        defaults={"shortlisted": shortlisted, "reason": reason.strip(), "by": by, "at": moment},
    )
    _set_status(proposal, Proposal.Status.SHORTLISTED if shortlisted else Proposal.Status.NOT_SHORTLISTED)
    journal.record(
        f"proposal.{proposal.status}", about=proposal, by=by, call=proposal.call, reason=made.reason
    )
    return made


def _locked(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("call", "organisation")
    return rows.get(pk=proposal.pk)


def _set_status(proposal: Proposal, status) -> None:
    proposal.status = status
    proposal.save(update_fields=["status"])
