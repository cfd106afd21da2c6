"""The pages of the intake: take a mail in, see what was read, register it, complete it, file it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.template.loader import select_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import OrganisationExists
from accounts.queries import calls_of_coordinator
from notifications.queries import refusing
from submissions import actions, answers, rules, sections
from submissions.forms import FORM_OF
from submissions.intake import actions as intake_actions
from submissions.intake import queries, words
from submissions.intake import rules as intake_rules
from submissions.intake.forms import MessageForm, RegisterForm, SetAsideForm
from submissions.intake.models import Intake
from submissions.intake.opening import opened
from submissions.intake.organisations import facts_of, matches_of
from submissions.intake.preview import Preview
from submissions.intake.refusals import MailKnown, MailRefused
from submissions.progress import progress_of
from submissions.refusals import Incomplete, NotAllowed, Refusal, Stale

PLAIN = "submissions/sections/plain.html"
BASE = "admin/submissions/intake"


def page_url(intake) -> str:
    return reverse("admin:submissions_intake_change", args=[intake.pk])


@require_http_methods(["GET", "POST"])
def take(request, context):
    """First step: the mail itself is kept, nothing else."""
    calls = calls_of_coordinator(request.user)
    form = MessageForm(request.POST or None, request.FILES or None, calls=calls)
    if request.method == "POST" and request.upload_too_large:
        form.add_error("file", _("This mail is larger than 40 MB. Ask the sender for several mails."))
    elif request.method == "POST" and form.is_valid() and (intake := _taken(request, form)):
        return redirect(page_url(intake))
    status = 422 if request.method == "POST" else 200
    context |= {"title": _("Take in a candidacy by e-mail"), "form": form}
    return render(request, f"{BASE}/take.html", context, status=status)


def _taken(request, form) -> Intake | None:
    try:
        return intake_actions.take_mail(
            call=form.cleaned_data["call"],
            message=form.cleaned_data["file"],
            by=request.user,
            received_at=request.received_at,
        )
    except MailKnown as known:
        messages.warning(request, str(known))
        return known.intake
    except MailRefused as refusal:
        form.add_error("file", str(refusal))
    return None


@require_safe
def page(request, intake, context):
    """What can be done with this mail now: register it, complete and file it, or only read it."""
    if intake.state == Intake.State.WAITING:
        return _preview(request, intake, context)
    if intake.state == Intake.State.REGISTERED:
        return _registered(request, intake, context)
    context |= {"title": str(intake), "intake": intake}
    if intake.state == Intake.State.LATE:
        context |= _noted(intake)
        return render(request, f"{BASE}/late.html", context)
    return render(request, f"{BASE}/set_aside.html", context)


def _noted(intake) -> dict:
    """What the page of a late mail shows: the attempt, and whether an extension covers it since."""
    return {
        "attempt": intake.late_attempts.first(),
        "missing": queries.missing_then(intake),
        "proposal": intake.proposal,
        "in_time_after_all": intake_rules.is_in_time_after_all(intake),
    }


def _preview(request, intake, context, *, data=None, refusal=None, aside=None, status=200):
    """Second step: what was read of the mail, and the choices that a person makes."""
    try:
        with intake.file.open("rb") as kept, opened(kept, call=intake.call) as mail:
            context |= _read(intake, mail, data=data)
            return _draw(request, intake, context, refusal=refusal, aside=aside, status=status)
    except MailRefused as problem:
        context |= {"title": str(intake), "intake": intake, "refusal": problem}
        return render(request, f"{BASE}/set_aside.html", context, status=status)


def _draw(request, intake, context, *, refusal, aside, status):
    deadline = rules.deadline_of(call=intake.call, organisation_id=None)
    context |= {
        "title": str(intake),
        "intake": intake,
        "deadline": deadline,
        "is_late": deadline is not None and intake.arrived_at >= deadline,
        "refusal": refusal,
        "aside": aside or SetAsideForm(),
    }
    return render(request, f"{BASE}/preview.html", context, status=status)


def _read(intake, mail, *, data) -> dict:
    found = words.found_in([text["text"] for text in mail.texts], call=intake.call)
    matches = matches_of(mail, typed=data.get("new-kbo_number", "") if data else "")
    values = words.answers_of(found, mail=mail, call=intake.call)
    facts = facts_of(mail, found, matches=matches)
    drafts = queries.own_drafts(intake.call, [match.organisation for match in matches.known])
    form = RegisterForm(data, mail=mail, matches=matches, facts=facts, answers=values, drafts=drafts)
    return {"form": form, "preview": Preview(mail, matches, found, values, drafts)}


@require_POST
def register(request, intake, context):
    """The choice is made: the mail becomes a draft of its organisation."""
    said = _("Registered. Complete what is missing, then file it.")
    return _handle(request, intake, context, intake_actions.register_intake, said=said)


@require_POST
def late(request, intake, context):
    """The choice is made: the mail is noted as an attempt after the deadline."""
    said = _("Noted as too late. The sender is told; nothing was filed.")
    return _handle(request, intake, context, intake_actions.note_late, said=said)


def _handle(request, intake, context, action, *, said):
    """Have `action` done with what was chosen in the preview; show the preview again when it refuses."""
    if intake.state != Intake.State.WAITING:
        messages.info(request, _("This mail was handled already. Nothing was changed."))
        return redirect(page_url(intake))
    with intake.file.open("rb") as kept, opened(kept, call=intake.call) as mail:
        shown = _read(intake, mail, data=request.POST)
        form, registers = shown["form"], action == intake_actions.register_intake
        if not form.is_valid() or (registers and not form.agrees()):
            context |= shown
            return _draw(request, intake, context, refusal=None, aside=None, status=422)
        choices = form.choices()
    try:
        action(intake=intake, choices=choices, by=request.user, received_at=request.received_at)
    except OrganisationExists:
        why = _("This organisation is in the portal already. Choose it below instead of a new one.")
        return _preview(request, intake, context, data=request.POST, refusal=why, status=422)
    except (Refusal, ValidationError) as refusal:
        why = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        return _preview(request, intake, context, data=request.POST, refusal=why, status=422)
    messages.success(request, said)
    return redirect(page_url(intake))


@require_POST
def reopen(request, intake, context):
    """A late mail waits to be registered again, now that an extension covers it."""
    try:
        intake_actions.take_up_again(intake=intake, by=request.user, received_at=request.received_at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(page_url(intake))


@require_POST
def set_aside(request, intake, context):
    """Keep the mail, register nothing."""
    form = SetAsideForm(request.POST)
    if intake.state != Intake.State.WAITING:
        messages.info(request, _("This mail was handled already. Nothing was changed."))
        return redirect(page_url(intake))
    if not form.is_valid():
        return _preview(request, intake, context, aside=form, status=422)
    try:
        intake_actions.set_aside(
            intake=intake,
            reason=form.cleaned_data["reason"],
            tell_sender=form.cleaned_data["tell_sender"],
            by=request.user,
            received_at=request.received_at,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mail was set aside. It stays in the list."))
    return redirect(page_url(intake))


def _registered(request, intake, context, *, status=200):
    proposal = queries.proposal_of(intake)
    progress = progress_of(proposal)
    context |= {
        "title": str(proposal.organisation),
        "intake": intake,
        "proposal": proposal,
        "parts": [(part, _section_url(intake, part.section)) for part in progress.parts],
        "missing": [(gap, _section_url(intake, sections.BY_SLUG[gap.section])) for gap in progress.missing],
        "files": [file for file in proposal.attachments.all() if not file.removed_at],
        "version": proposal.versions.select_related("filed_by").first(),
        "can_write": rules.may_write_for(request.user, proposal, intake=intake),
        "refusing": refusing([intake.sender]),
    }
    return render(request, f"{BASE}/registered.html", context, status=status)


def _section_url(intake, part) -> str:
    if part not in FORM_OF:
        return ""
    return reverse("admin:submissions_intake_section", args=[intake.pk, part.slug])


@require_http_methods(["GET", "POST"])
def section(request, intake, context, slug):
    """One ordinary section, beside the words of the mail and its documents."""
    part = sections.BY_SLUG.get(slug)
    if part not in FORM_OF or intake.state != Intake.State.REGISTERED:
        raise Http404
    proposal = queries.proposal_of(intake)
    if not rules.may_write_for(request.user, proposal, intake=intake):
        messages.error(
            request, _("The organisation writes in the portal itself now, or a later mail counts.")
        )
        return redirect(page_url(intake))
    if "earlier" in request.POST and intake.earlier:
        return _put_back(request, intake, proposal, part)
    if request.method == "POST":
        return _save(request, intake, proposal, part, context)
    initial = FORM_OF[part].initial_of(answers.read(proposal)) | {"revision": proposal.revision}
    return _sheet(request, intake, proposal, part, context, FORM_OF[part](initial=initial, proposal=proposal))


def _save(request, intake, proposal, part, context):
    form = FORM_OF[part](request.POST, proposal=proposal)
    if not form.is_valid():
        return _sheet(request, intake, proposal, part, context, form, status=422)
    try:
        actions.save_section(
            proposal=proposal,
            section=part,
            values=form.values(),
            revision=form.cleaned_data["revision"],
            by=request.user,
            received_at=request.received_at,
            intake=intake,
        )
    except Stale as stale:
        typed = request.POST.copy()
        typed["revision"] = stale.revision
        own = FORM_OF[part](typed, proposal=proposal)
        messages.warning(
            request, _("A colleague saved this section meanwhile. Saving again replaces that text.")
        )
        return _sheet(request, intake, proposal, part, context, own, status=409)
    except NotAllowed as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(page_url(intake))
    messages.success(request, _("“%(section)s” was saved.") % {"section": part.title})
    return redirect(_following(intake, part) if "next" in request.POST else page_url(intake))


def _put_back(request, intake, proposal, part):
    """What the organisation wrote itself stands in this section again: its own words, chosen by a person."""
    try:
        actions.save_section(
            proposal=proposal,
            section=part,
            values={key: intake.earlier[key] for key in part.keys},
            revision=proposal.revision,
            by=request.user,
            received_at=request.received_at,
            intake=intake,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(page_url(intake))
    messages.success(
        request, _("The organisation's own text stands in “%(section)s” again.") % {"section": part.title}
    )
    return redirect(_section_url(intake, part))


def _following(intake, part) -> str:
    after = sections.WRITTEN[sections.WRITTEN.index(part) + 1 :]
    return _section_url(intake, after[0]) if after else page_url(intake)


def _sheet(request, intake, proposal, part, context, form, *, status=200):
    own = [] if part == sections.CONTACT else [f"submissions/sections/{part.slug}.html"]
    context |= {
        "title": part.title,
        "intake": intake,
        "proposal": proposal,
        "section": part,
        "form": form,
        "fields": select_template([*own, PLAIN]),
        "page_url": page_url(intake),
        "earlier": queries.earlier_in(intake, proposal, part),
    }
    return render(request, f"{BASE}/section.html", context, status=status)


@require_POST
def file(request, intake, context):
    """File it, received when the mail arrived."""
    if intake.state != Intake.State.REGISTERED:
        raise Http404
    try:
        version = intake_actions.file_intake(intake=intake, by=request.user, received_at=request.received_at)
    except Incomplete:
        messages.error(request, _("It was not filed: the answers below are still missing."))
        return _registered(request, intake, context, status=422)
    except NotAllowed as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(page_url(intake))
    said = _("Filed as %(reference)s, version %(number)s. The receipt goes to %(address)s.")
    facts = {
        "reference": version.proposal.reference,
        "number": version.number,
        "address": intake.sender,
    }
    messages.success(request, said % facts)
    return redirect(page_url(intake))


@require_safe
def message(request, intake, context):
    """The mail as it came, byte for byte; never shown in the page."""
    response = FileResponse(
        intake.file.open("rb"), as_attachment=True, filename=intake.name, content_type="message/rfc822"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
