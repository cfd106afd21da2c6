"""The doors of a member to a proposal: somebody else's is not there."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import render

from submissions import drafts, queries, rules
from submissions.progress import progress_of
from submissions.refusals import FilingClosed, FilingNotOpen, NotAllowed, UnderReview
from submissions.views.typed import wants_json


def own_proposal(request, pk):
    """The proposal, for pages with its answers and calendar; or 404 for who is no member.

    What is posted goes to an action, which reads the draft again under its lock.
    """
    if request.method == "POST":
        proposal = drafts.of_member(pk, user=request.user)
    else:
        shown = queries.with_calendar(queries.with_answers(queries.proposals_of(request.user)))
        proposal = shown.filter(pk=pk).first()
    if proposal is None:
        raise Http404
    return proposal


def member_view(view):
    """`view(request, proposal, ...)` for members; a refusal by the calendar becomes a page that explains."""

    @login_required
    @wraps(view)
    def guarded(request, pk, **arguments):
        proposal = own_proposal(request, pk)
        try:
            return view(request, proposal, **arguments)
        except NotAllowed as error:
            raise Http404 from error
        except (FilingClosed, FilingNotOpen, UnderReview) as refusal:
            if wants_json(request):
                return JsonResponse({"refused": str(refusal)}, status=403)
            return refused(request, proposal, refusal)

    return guarded


def refused(request, proposal, refusal, **context):
    """What happened, what it means, and whom to call."""
    context |= {
        "proposal": proposal,
        "refusal": refusal,
        "is_late": isinstance(refusal, FilingClosed),
        "received_at": request.received_at,
        "contacts": proposal.call.contacts.all(),
        "last": proposal.versions.first(),
        "missing": progress_of(proposal).missing if isinstance(refusal, FilingClosed) else [],
    }
    return render(request, "submissions/refused.html", context, status=403)


def frame(request, proposal) -> dict:
    """What every page about one proposal shows: whether it can be written, and until when."""
    return {
        "proposal": proposal,
        "is_open": rules.is_open(proposal, at=request.received_at),
        "deadline": rules.deadline_for(proposal),
    }
