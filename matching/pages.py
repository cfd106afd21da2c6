"""The staff pages of matching, hung into the admin by `matching/admin.py`."""

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.queries import calls_of_coordinator
from matching import actions, presentation, queries, rules, words
from matching.facts import call_in
from matching.forms import ChooseForm, WishesForm
from matching.models import Composition


def _page(request, site, template: str, context: dict, *, status: int = 200):
    return TemplateResponse(
        request, f"admin/matching/{template}.html", {**site.each_context(request), **context}, status=status
    )


def _run(request, run_id):
    return get_object_or_404(queries.runs_of(request.user), pk=run_id)


def _names_of(run) -> dict[str, str]:
    return {s.slug: s.need for s in run.call.service_types.all()}


def _organisations(scored) -> dict[str, str]:
    return {each.version.proposal.key: each.version.proposal.organisation.name for each in scored}


@require_POST
def start_run(request, site, call_id):
    """Score the filed proposals of a call now."""
    call = get_object_or_404(calls_of_coordinator(request.user), pk=call_id)
    run = actions.run_matching(call=call, by=request.user)
    messages.success(request, _("The filed proposals are scored. Nothing is decided by this: people decide."))
    return redirect("admin:matching_run_change", run.pk)


@require_GET
def show_run(request, site, run_id):
    """Proposals x challenges."""
    run = _run(request, run_id)
    rows = presentation.overview(queries.scored_in_brief(run), _names_of(run))
    context = {
        "title": _("Matching"),
        "run": run,
        "rows": rows,
        "challenges": run.call.challenges.all(),
        "may_match": rules.may_match(request.user, call=run.call),
    }
    return _page(request, site, "run_page", context)


@require_GET
def explain(request, site, run_id, scored_id, number):
    """Why one proposal has this score for one challenge."""
    match = get_object_or_404(
        queries.match_for(request.user, run_id=run_id, scored_id=scored_id, number=number)
    )
    names = _names_of(match.scored.run)
    [challenge] = [c for c in call_in(match.scored.run.recipe).challenges if c.number == number]
    context = {
        "title": _("Why %(points)s out of 100?") % {"points": match.points},
        "run": match.scored.run,
        "proposal": match.scored.version.proposal,
        "services": presentation.services(match, challenge.needs),
        "flags": [words.flag(code, services=names) for code in match.scored.flags],
        "others": match.scored.matches.all(),
        **presentation.explanation(match),
    }
    return _page(request, site, "explanation", context)


@require_GET
def show_coverage(request, site, run_id):
    """Who covers which need, of everybody who filed."""
    run = _run(request, run_id)
    context = {"title": _("Coverage of the needs"), "run": run, **_coverage(run, selected=None)}
    return _page(request, site, "coverage", context)


def _coverage(run, *, selected) -> dict:
    scored = list(queries.scored_of(run))
    problem = actions.problem_of(run, scored)
    services, names = _names_of(run), _organisations(scored)
    places = {m.nis: m.name for m in call_in(run.recipe).municipalities}
    return {
        "columns": list(services.values()),
        "coverage_rows": presentation.coverage_rows(
            problem, selected, challenges=run.call.challenges.all(), services=services, names=names
        ),
        "needs": presentation.needs_in_detail(
            problem, selected, services=services, names=names, places=places
        ),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new_composition(request, site, run_id):
    """Ask for a partnership under wishes."""
    run = _run(request, run_id)
    if not rules.may_match(request.user, call=run.call):
        raise Http404
    names = _organisations(queries.scored_in_brief(run))
    form = WishesForm(request.POST or None, names=names)
    if request.method == "POST" and form.is_valid():
        made = actions.compose_partnership(call=run.call, by=request.user, wishes=form.wishes())
        return redirect("admin:matching_composition_change", made.pk)
    context = {"title": _("Compose a partnership"), "run": run, "form": form}
    return _page(request, site, "new_composition", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def show_composition(request, site, composition_id):
    """A suggestion or a choice: members, gaps, alternatives; and choosing otherwise."""
    made = get_object_or_404(queries.compositions_of(request.user), pk=composition_id)
    scored = list(queries.scored_of(made.run))
    names = dict(sorted(_organisations(scored).items(), key=lambda pair: pair[1]))
    form = _choose_form(request, made, names)
    if request.method == "POST" and form is not None and form.is_valid():
        chosen = actions.choose_otherwise(
            suggestion=made.instead_of or made,
            keys=form.cleaned_data["members"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
        messages.success(request, _("Your choice is kept, with its reason. The suggestion stays beside it."))
        return redirect("admin:matching_composition_change", chosen.pk)
    context = {"title": _title(made), "form": form, **_composition(made, scored, names)}
    return _page(request, site, "composition", context, status=422 if form and form.errors else 200)


def _choose_form(request, made: Composition, names: dict[str, str]) -> ChooseForm | None:
    if not rules.may_match(request.user, call=made.run.call):
        return None
    picked = request.GET.getlist("met") or made.document["selected"]
    return ChooseForm(request.POST or None, names=names, initial={"members": picked})


def _title(made: Composition) -> str:
    return _("Chosen partnership") if made.kind == Composition.Kind.CHOSEN else _("Suggested partnership")


def _composition(made: Composition, scored, names) -> dict:
    problem = actions.problem_of(made.run, scored)
    services = _names_of(made.run)
    selected = made.document["selected"]
    budgets = {offer.external_id: offer.cost for offer in problem.offers}
    return {
        "made": made,
        "run": made.run,
        "tone": words.STATUS_TONES[made.status],
        "figures": presentation.figures(made.document["objective"]),
        "bound": round(100 * made.document["bound"]["coverage"], 1) if made.status else None,
        "at_least": round(100 * (1 - made.document["gap"]), 1) if made.status else None,
        "members": presentation.members(problem, selected, services=services, names=names, budgets=budgets),
        "gaps": presentation.gap_lists(made.document["gaps"], services=services, names=names),
        "alternatives": presentation.alternatives(made.document, names=names),
        "suggestion": made.instead_of and presentation.figures(made.instead_of.document["objective"]),
        "columns": list(services.values()),
        "coverage_rows": presentation.coverage_rows(
            problem, selected, challenges=made.run.call.challenges.all(), services=services, names=names
        ),
        "wishes": _wishes(made, names),
    }


def _wishes(made: Composition, names) -> list[tuple[str, str]]:
    told = [
        (_("Budget"), made.budget is not None and f"€ {intcomma(made.budget)}"),
        (_("At least"), made.minimum),
        (_("At most"), made.maximum),
        (_("Must be in it"), ", ".join(names.get(ref, ref) for ref in made.include)),
        (_("Must not be in it"), ", ".join(names.get(ref, ref) for ref in made.exclude)),
    ]
    return [(label, value) for label, value in told if value not in (None, False, "")]
