"""Pages of reading and scoring: declaring conflicts first, then the proposal beside its review form."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.queries import calls_of_jury
from journal.templatetags.moments import hour
from reviews import actions, assigning, assignments, queries, rules
from reviews.errors import Incomplete, Refused
from reviews.forms import AssignForm, ConflictsForm, ReasonForm, ReviewForm
from reviews.openings import note_opening
from reviews.registry import is_released
from reviews.totals import running
from submissions.document import content_in
from submissions.reading import readable as as_people_read

KINDS_OF_ANSWER = ["text/html", "application/json"]


@login_required
@require_http_methods(["GET", "POST"])
def jury_conflicts(request, call):
    """A jury member declares conflicts of interest, before anything of a proposal opens."""
    call = get_object_or_404(calls_of_jury(request.user), slug=call)
    return declare(request, call, template="reviews/jury_conflicts.html", done="pitches:jury")


def declare(request, call, *, template: str, done: str, context: dict | None = None):
    """The page on which somebody declares, for a juror and in the staff desk alike."""
    organisations = queries.organisations_to_declare(user=request.user, call=call)
    form = ConflictsForm(request.POST if request.method == "POST" else None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        try:
            actions.declare_conflicts(user=request.user, call=call, declarations=form.declarations())
        except Refused as refused:
            form.add_error(f"why_{refused.field}", refused.message)
        else:
            _say_declared(request, call)
            return redirect(done)
    status = 422 if request.method == "POST" else 200
    return render(request, template, {**(context or {}), "call": call, "form": form}, status=status)


def _say_declared(request, call):
    left = queries.undeclared(user=request.user, call=call).count()
    if not left:
        messages.success(request, _("Thank you. You declared about every organisation."))
        return
    text = ngettext(
        "Kept. You have still to declare about %(count)s organisation.",
        "Kept. You have still to declare about %(count)s organisations.",
        left,
    )
    messages.warning(request, text % {"count": left})


@require_http_methods(["GET", "POST"])
def read(request, key, *, context: dict):
    """The frozen version at the left, one's own review at the right, the acts of a coordinator below."""
    proposal = queries.readable(request.user).filter(pk=key).first()
    if proposal is None:
        raise Http404
    note_opening(proposal, by=request.user)
    page = ReadingPage(request, proposal)
    if request.method == "POST" and request.get_preferred_type(KINDS_OF_ANSWER) == "application/json":
        return page.autosave()
    if request.method == "POST" and page.act():
        return redirect(request.path)
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/reviews/read.html", context | page.context(), status=status)


class ReadingPage:
    """One reader before one proposal: which forms they get, and what their buttons do."""

    def __init__(self, request, proposal):
        self.request, self.user, self.proposal = request, request.user, proposal
        self.version = proposal.versions.first()
        self.review = queries.own_review(user=self.user, proposal=proposal)
        self.may_score = rules.may_score(self.user, proposal)
        self.may_judge = rules.may_judge(self.user, proposal)
        self.criteria = list(queries.criteria_of(proposal.call))
        self.data = request.POST if request.method == "POST" else None
        self.button = request.POST.get("act", "")
        self.form = self._review_form()
        self.abstain_form = self._reason_form("abstain")
        self.admissibility_form = self._reason_form("admissible", "inadmissible")
        self.shortlist_form = self._reason_form("shortlist", "not_shortlist")
        self.assign_form = AssignForm(
            self.data if self.button == "assign" else None,
            reviewers=assignments.assignable_reviewers(proposal),
        )

    def _review_form(self):
        mine = self.data if self.button in ("save", "submit", "") else None
        return ReviewForm(mine, criteria=self.criteria, review=self.review)

    def _reason_form(self, *buttons):
        return ReasonForm(self.data if self.button in buttons else None, prefix=buttons[0])

    def act(self) -> bool:
        """Do what the pressed button says; False when the page must show what to mend."""
        do = {
            "save": self._save,
            "submit": self._submit,
            "abstain": self._abstain,
            "admissible": lambda: self._judge(admissible=True),
            "inadmissible": lambda: self._judge(admissible=False),
            "shortlist": lambda: self._shortlist(shortlisted=True),
            "not_shortlist": lambda: self._shortlist(shortlisted=False),
            "assign": self._assign,
            "unassign": self._unassign,
        }.get(self.button)
        return bool(do) and do()

    def autosave(self) -> JsonResponse:
        """What is typed is kept as the draft while it is typed; nothing of it is final."""
        if not self.form.is_valid():
            return JsonResponse({"errors": self.form.errors}, status=422)
        kept = actions.save_review(proposal=self.proposal, scores=self.form.scores(), by=self.user)
        return JsonResponse({"saved": hour(kept.saved_at), "total": str(running(self.criteria, kept))})

    def _save(self) -> bool:
        if not self.form.is_valid():
            return False
        actions.save_review(proposal=self.proposal, scores=self.form.scores(), by=self.user)
        messages.success(self.request, _("Your draft is kept. Only you see it."))
        return True

    def _submit(self) -> bool:
        if not self.form.is_valid():
            return False
        actions.save_review(proposal=self.proposal, scores=self.form.scores(), by=self.user)
        try:
            actions.submit_review(proposal=self.proposal, by=self.user)
        except Incomplete as lack:
            self.form.point_out(lack.missing)
            return False
        messages.success(self.request, _("Your score is in. You now see what others gave."))
        return True

    def _abstain(self) -> bool:
        return self._with_reason(self.abstain_form, actions.abstain)

    def _judge(self, *, admissible: bool) -> bool:
        return self._with_reason(self.admissibility_form, actions.judge_admissibility, admissible=admissible)

    def _shortlist(self, *, shortlisted: bool) -> bool:
        return self._with_reason(self.shortlist_form, actions.shortlist_proposal, shortlisted=shortlisted)

    def _assign(self) -> bool:
        if not self.assign_form.is_valid():
            return False
        reviewer = self.assign_form.cleaned_data["reviewer"]
        for warning in assignments.warnings_about(self.proposal, reviewer):
            messages.warning(self.request, warning)
        assigning.assign_reviewer(proposal=self.proposal, reviewer=reviewer, by=self.user)
        messages.success(self.request, _("%(person)s reads this candidacy.") % {"person": reviewer})
        return True

    def _unassign(self) -> bool:
        rows = assignments.assignments_of(self.proposal)
        assignment = get_object_or_404(rows, pk=self.request.POST.get("assignment"))
        try:
            assigning.unassign_reviewer(assignment=assignment, by=self.user)
        except Refused as refused:
            messages.error(self.request, refused.message)
        return True

    def _with_reason(self, form, action, **values) -> bool:
        if not form.is_valid():
            return False
        try:
            action(proposal=self.proposal, reason=form.cleaned_data["reason"], by=self.user, **values)
        except Refused as refused:
            form.add_error("reason" if refused.field else None, refused.message)
            return False
        messages.success(self.request, _("Done, and recorded in the journal."))
        return True

    def context(self) -> dict:
        proposal = self.proposal
        return {
            "title": proposal.filed_title,
            "proposal": proposal,
            "version": self.version,
            "content": as_people_read(content_in(self.version.document), call=proposal.call),
            "attachments": self.version.attachments.all(),
            "review": self.review,
            "form": self.form if self.may_score else None,
            "abstain_form": self.abstain_form,
            "total": running(self.criteria, self.review),
            "state": queries.OWN_STATES[proposal.own_state],
            "state_tone": queries.STATE_TONES[proposal.own_state],
            "progress": queries.progress_of(self.user, proposal.call),
            "next_one": queries.todo_of(self.user, proposal.call).exclude(pk=proposal.pk).first(),
            "others": queries.others_reviews(user=self.user, proposal=proposal),
            "may_archive": self.may_judge and proposal.sees_scores,
            "may_judge_admissibility": self.may_judge and proposal.status in rules.CAN_BE_JUDGED_ADMISSIBLE,
            "admissibility_form": self.admissibility_form,
            "may_shortlist": self.may_judge
            and proposal.status in rules.CAN_BE_SHORTLISTED
            and not is_released(proposal.call),
            "shortlist_form": self.shortlist_form,
            "may_assign": self.may_judge and proposal.status in rules.BEFORE_THE_SHORTLIST,
            "assign_form": self.assign_form,
            "assignments": assignments.assignments_of(proposal) if self.may_judge else [],
        }
