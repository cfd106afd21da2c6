"""The chair's overview, and the page around which the jury deliberates on one pitch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.queries import calls_of_jury
from journal import clock
from journal.templatetags.moments import hour
from pitches import deliberation as acts
from pitches import queries, rules, table
from pitches.errors import Refused
from pitches.forms import ConclusionForm, NotesForm, ReasonForm, VoteForm
from reviews.queries import criteria_of


@login_required
@require_GET
def chair(request, slug):
    """Every pitch with who has scored and how far the deliberation is."""
    call = _call(request, slug)
    if not rules.is_chair(request.user, call=call):
        raise Http404
    rows = table.chair_rows(call, request.user)
    return render(request, "pitches/chair.html", {"call": call, "rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("choice")
def deliberation(request, slug, pk):
    """One page for the whole panel; whoever leads it finds the forms on it."""
    page = Page(request, _pitch(request, slug, pk))
    if request.method == "POST" and not request.accepts("text/html"):
        return page.keep_notes()
    if request.method == "POST" and page.act():
        return redirect("pitches:deliberation", slug, pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "pitches/deliberation.html", page.context(), status=status)


@login_required
@require_GET
def deliberation_state(request, slug, pk):
    """Who has voted by now, and whether the page around it is out of date."""
    page = Page(request, _pitch(request, slug, pk))
    stale = request.GET.get("seen") != page.stamp
    return render(request, "pitches/ballot_state.html", {**page.context(), "stale": stale})


class Page:
    """The page of one pitch: what is shown to this person, and what their buttons do."""

    def __init__(self, request, pitch):
        self.request, self.pitch = request, pitch
        self.deliberation = queries.deliberation_of(pitch)
        self.ballot = table.ballot_state(self.deliberation)
        self.stamp = table.stamp_of(self.deliberation, self.ballot)
        self.leads = rules.may_lead(request.user, pitch=pitch)
        self.problem = ""
        posted = request.POST if request.method == "POST" else None
        self.do = posted.get("do", "") if posted else ""
        self.notes = NotesForm(self._data(posted, "notes"), deliberation=self.deliberation)
        self.vote = VoteForm(self._data(posted, "vote"))
        self.conclusion = ConclusionForm(self._data(posted, "conclude"), ballot=self.ballot)
        self.reason = ReasonForm(self._data(posted, "reopen"))

    def _data(self, posted, do):
        return posted if self.do == do else None

    def act(self) -> bool:
        """Do what the pressed button asks; False, with `problem` saying why, when it cannot be."""
        if self.do not in ACTS or (self.deliberation is None and self.do != "open"):
            raise Http404
        try:
            said = getattr(self, f"_{self.do}")()
        except Refused as refusal:
            self.problem = str(refusal)
            return False
        messages.success(self.request, said)
        return True

    def keep_notes(self) -> JsonResponse:
        """Keep the notes for the script that saves them while they are written."""
        if self.deliberation is None or not self.notes.is_valid():
            return JsonResponse({"errors": self.notes.errors}, status=422)
        try:
            kept = acts.save_deliberation_notes(**self._what(), **self.notes.cleaned_data)
        except Refused as refusal:
            return JsonResponse({"refused": str(refusal)}, status=409)
        return JsonResponse({"revision": kept.revision, "saved": hour(clock.now())})

    def _open(self) -> str:
        acts.open_deliberation(pitch=self.pitch, by=self.request.user)
        return _("The deliberation has begun. Everybody at the table sees the scores now.")

    def _notes(self) -> str:
        acts.save_deliberation_notes(**self._what(), **_given(self.notes))
        return _("The notes are saved.")

    def _ballot(self) -> str:
        acts.open_ballot(**self._what())
        return _("The ballot is open. Everybody on the roll can vote now.")

    def _vote(self) -> str:
        acts.cast_vote(ballot=self._held(), by=self.request.user, **_given(self.vote))
        return _("Your vote is in the box. You can replace it until the ballot closes.")

    def _close(self) -> str:
        acts.close_ballot(ballot=self._held(), by=self.request.user)
        return _("The votes are counted, and the envelopes destroyed.")

    def _abandon(self) -> str:
        acts.abandon_ballot(ballot=self._held(), by=self.request.user)
        return _("The ballot is stopped. No vote was read.")

    def _conclude(self) -> str:
        acts.conclude(**self._what(), **_given(self.conclusion))
        return _("The advice of the jury is written down.")

    def _reopen(self) -> str:
        acts.reopen_deliberation(**self._what(), **_given(self.reason))
        return _("The advice is taken back. The jury can deliberate again.")

    def _what(self) -> dict:
        return {"deliberation": self.deliberation, "by": self.request.user}

    def _held(self):
        if self.ballot is None:
            raise Refused(_("There is no ballot on this pitch."))
        return self.ballot.ballot

    def context(self) -> dict:
        criteria = list(criteria_of(self.pitch.call))
        opened = self.deliberation is not None
        return {
            "call": self.pitch.call,
            "pitch": self.pitch,
            "leader": rules.leader_of(self.pitch),
            "leads": self.leads,
            "progress": table.progress_of(self.pitch, len(criteria)),
            "scores": table.scores_of(self.pitch, criteria) if opened else None,
            "deliberation": self.deliberation,
            "ballot": self.ballot,
            "on_roll": self.ballot.voter(self.request.user) if self.ballot else None,
            "stamp": self.stamp,
            "problem": self.problem,
            "notes_form": self.notes,
            "vote_form": self.vote,
            "conclusion_form": self.conclusion,
            "reason_form": self.reason,
        }


ACTS = ("open", "notes", "ballot", "vote", "close", "abandon", "conclude", "reopen")


def _given(form) -> dict:
    if not form.is_valid():
        raise Refused(_("Something is missing: it is marked below."))
    return form.cleaned_data


def _call(request, slug):
    found = calls_of_jury(request.user).select_related("region", "timetable__chair", "timetable__deputy")
    return get_object_or_404(found, slug=slug)


def _pitch(request, slug, pk):
    call = _call(request, slug)
    pitch = get_object_or_404(queries.announced_to_juror(call, request.user), pk=pk)
    if not rules.may_deliberate(request.user, pitch=pitch):
        raise Http404
    return pitch
