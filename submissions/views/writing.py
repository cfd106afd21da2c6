"""Starting a proposal and writing it, section by section."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import select_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import organisations_of
from challenges.models import Call
from journal.templatetags.moments import hour
from submissions import actions, answers, presence, queries, rules, sections
from submissions.compare import pair
from submissions.copying import sources_for
from submissions.forms import FORM_OF, written
from submissions.next_steps import next_steps_of
from submissions.progress import progress_of
from submissions.refusals import FilingClosed, FilingNotOpen, Refusal, Stale
from submissions.views.help import company_of, fragments, help_with
from submissions.views.own import frame, member_view, refused
from submissions.views.steps import steps_of
from submissions.views.typed import keeps_typed_text, take_typed_text, wants_json

PLAIN = "submissions/sections/plain.html"


@require_safe
@login_required
def mine(request):
    """The proposals of the organisations one acts for, and the calls in which one can still start."""
    proposals = queries.with_calendar(queries.with_answers(queries.proposals_of(request.user)))
    entries = [{**frame(request, proposal), "progress": progress_of(proposal)} for proposal in proposals]
    context = {
        "entries": entries,
        "chances": queries.chances_of(request.user, at=request.received_at),
        "organisations": organisations_of(request.user),
    }
    return render(request, "submissions/mine.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def start(request, slug):
    """Choose the organisation and begin; who has a draft already continues in it."""
    call = get_object_or_404(Call, slug=slug)
    organisations = organisations_of(request.user)
    if request.method == "POST":
        chosen = request.POST.get("organisation", "")
        organisation = get_object_or_404(organisations, pk=chosen if chosen.isdecimal() else None)
        try:
            proposal = actions.start_proposal(
                call=call, organisation=organisation, by=request.user, received_at=request.received_at
            )
        except (FilingClosed, FilingNotOpen) as refusal:
            messages.error(request, str(refusal))
            return redirect("submissions:mine")
        return redirect("submissions:proposal", pk=proposal.pk)
    context = {"call": call, "organisations": organisations, "filing": rules.filing_of(call)}
    return render(request, "submissions/start.html", context)


@require_safe
@member_view
def proposal(request, proposal):
    """The overview: how far each section is, what was filed, what can be done now."""
    steps, here = steps_of(proposal), presence.others(proposal=proposal, user=request.user)
    context = {
        **frame(request, proposal),
        "progress": steps.progress,
        "rows": [
            (step, part, presence.sentence(here[step.slug]) if step.slug in here else "")
            for step, part in zip(steps.all()[:-1], steps.progress.parts, strict=True)
        ],
        "steps": steps.all()[:-1],
        "versions": proposal.versions.all(),
        "has_changes": queries.has_unfiled_changes(proposal),
        "next_steps": next_steps_of(proposal),
        "gave_way": rules.registered_mails(proposal).filter(took_over_at__isnull=False).first(),
        "late_attempts": _late_attempts(proposal),
        "sources": sources_for(proposal, user=request.user),
        "can_withdraw": proposal.status in rules.WITHDRAWABLE,
    }
    return render(request, "submissions/proposal.html", context)


def _late_attempts(proposal):
    """Every mail that came late, and the last try by a member."""
    attempts = list(proposal.late_attempts.select_related("intake", "by"))
    return [each for each in attempts if each.intake] + [each for each in attempts if not each.intake][:1]


@require_http_methods(["GET", "POST"])
@keeps_typed_text
@member_view
def section(request, proposal, slug):
    """Write one section; saved by a button, or by itself when scripts run."""
    part = sections.BY_SLUG.get(slug)
    if part not in FORM_OF:
        raise Http404
    if request.method == "POST":
        return _save(request, proposal, part)
    return _page(request, proposal, part, _fresh_form(request, proposal, part))


def _fresh_form(request, proposal, part):
    form_class = FORM_OF[part]
    if typed := take_typed_text(request):
        messages.warning(request, _("This is what you typed before you logged in again. Save it now."))
        data = QueryDict(mutable=True)
        for name, values in typed.items():
            data.setlist(name, values)
        return form_class(data, proposal=proposal)
    initial = form_class.initial_of(answers.read(proposal)) | {"revision": proposal.revision}
    return form_class(initial=initial, proposal=proposal)


def _save(request, proposal, part):
    form = FORM_OF[part](request.POST, proposal=proposal)
    if not form.is_valid():
        return _unusable(request, proposal, part, form)
    try:
        saved = actions.save_section(
            proposal=proposal,
            section=part,
            values=form.values(),
            revision=form.cleaned_data["revision"],
            editor=form.cleaned_data["editor"],
            by=request.user,
            received_at=request.received_at,
        )
    except Stale as refusal:
        return _stale(request, proposal, part, form, refusal)
    except Refusal as refusal:
        if wants_json(request):
            return JsonResponse({"refused": str(refusal)}, status=403)
        return refused(request, proposal, refusal, section=part, typed=_typed_text(form))
    return _saved(request, saved, part, values=form.values())


def _typed_text(form) -> str:
    """What stood in the form, to copy from."""
    texts = (form.cleaned_data[field.name] for field in form.visible_fields())
    return "\n\n".join(str(text) for text in texts if text)


def _saved(request, proposal, part, *, values):
    if wants_json(request):
        told = {"saved": hour(proposal.updated_at), "revision": proposal.revision}
        return JsonResponse(told | fragments(request, proposal, part, values=values))
    messages.success(request, _("Saved at %(hour)s.") % {"hour": hour(request.received_at)})
    if "next" in request.POST:
        return redirect(_after(proposal, part))
    return redirect("submissions:section", pk=proposal.pk, slug=part.slug)


def _after(proposal, part):
    following = sections.SECTIONS[sections.SECTIONS.index(part) + 1]
    return steps_of(proposal).url_of(following)


def _unusable(request, proposal, part, form):
    if wants_json(request):
        errors = {name: " ".join(map(str, texts)) for name, texts in form.errors.items()}
        return JsonResponse({"errors": errors}, status=422)
    return _page(request, proposal, part, form, status=422)


def _stale(request, proposal, part, form, refusal):
    """Both texts on one page: theirs to read, one's own in the form; saving again is then a choice."""
    who = refusal.save.saved_by
    if wants_json(request):
        if who == request.user:
            text = _("You saved this section at %(hour)s in another window. Save to see both texts.")
        else:
            text = _("%(who)s saved this section at %(hour)s. Save with the button to see both texts.")
        said = text % {"who": who or _("A colleague"), "hour": hour(refusal.save.saved_at)}
        return JsonResponse({"stale": said}, status=409)
    typed = request.POST.copy()
    typed["revision"] = refusal.revision
    own = FORM_OF[part](typed, proposal=proposal)
    theirs = FORM_OF[part].initial_of(refusal.values)
    pairs = [
        pair(
            own.label_of(field),
            written(field.field, theirs.get(field.name)),
            written(field.field, field.data),
        )
        for field in own.visible_fields()
    ]
    differing = [each for each in pairs if each.differs]
    shown = {"refusal": refusal, "pairs": differing, "stale_revision": form.cleaned_data["revision"]}
    return _page(request, proposal, part, own, status=409, **shown)


def _page(request, proposal, part, form, *, status=200, **more):
    context = {
        **frame(request, proposal),
        **help_with(proposal, part, values=answers.read(proposal, part.keys)),
        **company_of(presence.others(proposal=proposal, user=request.user).get(part.slug, [])),
        "section": part,
        "form": form,
        "fields": select_template([f"submissions/sections/{part.slug}.html", PLAIN]),
        "steps": steps_of(proposal).with_current(part.slug),
        "following": sections.SECTIONS[sections.SECTIONS.index(part) + 1],
        **more,
    }
    if context["is_open"]:
        presence.arrive(proposal=proposal, section=part, user=request.user, seconds=presence.OPENED)
    return render(request, "submissions/section.html", context, status=status)
