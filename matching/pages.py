"""The pages of matching: hung into the admin by `admin.py`, and into the jury room by `views.py`."""

from dataclasses import replace
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.queries import calls_of_coordinator
from matching import actions, basis, composing, presentation, queries, words
from matching.engine.draws import DRAWS
from matching.engine.wishes import Wish
from matching.errors import BreaksWishes, Refused
from matching.facts import call_in, expertise_in
from matching.forms import ChooseForm, WishesForm, duty_out
from matching.grid import Grid, Names
from matching.models import Composition
from matching.partnership import Partnership, WishWords, figures
from matching.ranking import rankings
from submissions import registry
from submissions.exports import XLSX, as_csv, as_xlsx

ROWS = 25
COMPARED = 4
REFRESH_SECONDS = 2
VIEWS = {"uitdaging": "challenge", "gemeente": "place", "persona": "persona"}
SHEETS = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, XLSX)}


def page(request, desk, template: str, context: dict, *, status: int = 200):
    """A page of matching in the frame of a desk; one about a run says what changed since."""
    context = {**desk.frame(), "desk": desk, **context}
    if run := context.get("run"):
        context["standing"] = queries.standing(run)
    return TemplateResponse(request, f"matching/{template}.html", context, status=status)


def _run(request, desk, run_id):
    return get_object_or_404(desk.runs(request.user), pk=run_id)


def names_for(run, scored, *, hidden) -> Names:
    """What everything in a run is called, save proposals that are `hidden` (ids): three queries."""
    return Names(
        organisations={
            each.key: _("an organisation you may not see") if each.proposal_id in hidden else each.name
            for each in scored
        },
        challenges={c.number: str(c) for c in queries.challenges_of(run.call)},
        services=queries.services_of(run.call),
        places={m.nis: m.name for m in call_in(run.recipe).municipalities},
        personas=queries.personas_of(run.call),
        expertise=expertise_in(run.recipe),
    )


@require_POST
def start_run(request, desk, call_id):
    """Score the filed proposals of a call now."""
    call = get_object_or_404(calls_of_coordinator(request.user), pk=call_id)
    try:
        run = actions.run_matching(call=call, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:matching_scoring_page", call.pk)
    messages.success(request, _("The filed proposals are scored. Nothing is decided by this: people decide."))
    return redirect(desk.run, run.pk)


@require_GET
def show_run(request, desk, run_id):
    """Proposals x challenges, or the ranking for one challenge, a page at a time."""
    run = _run(request, desk, run_id)
    challenges = queries.challenges_of(run.call)
    ranked = rankings(queries.bands_of(run))
    names = _names_in(run, desk.hidden(request.user, run.call))
    asked = next((c for c in challenges if str(c.number) == request.GET.get("uitdaging")), None)
    order = ranked[asked.pk] if asked and asked.pk in ranked else names
    shown = Paginator([pk for pk in order if pk in names], ROWS).get_page(request.GET.get("page"))
    scored = queries.shown_of(run, shown.object_list)
    scores = queries.scores_of(shown.object_list)
    context = {
        "title": _("Matching"),
        "run": run,
        "shown": shown,
        "challenges": challenges,
        "explanations": desk.explanations(run),
        "ranked_by": asked,
        "all_hidden": bool(ranked) and not names,
        "may_match": desk.may_act(request.user, run.call),
    }
    if asked and ranked:
        rows = presentation.ranked_rows(scored, scores, ranked[asked.pk], asked, names)
    else:
        rows = presentation.overview(scored, scores, ranked, challenges, queries.services_of(run.call))
    return page(request, desk, "run_page", context | {"rows": rows})


def _names_in(run, hidden) -> dict[int, str]:
    """The organisations of a run, save proposals that are `hidden` (ids), by id of the scored proposal."""
    found = queries.names_in(run)
    if hidden:
        found = found.exclude(version__proposal__in=hidden)
    return dict(found)


@require_GET
def explain(request, desk, run_id, scored_id, number):
    """Why one proposal has this score for one challenge."""
    match = get_object_or_404(desk.match(request.user, run_id=run_id, scored_id=scored_id, number=number))
    run, proposal = match.scored.run, match.scored.version.proposal
    hidden = desk.hidden(request.user, run.call)
    if proposal.pk in hidden:
        raise Http404
    registry.opened(request.user, proposal)
    names = queries.services_of(run.call)
    ranking = rankings(queries.bands_of(run))[match.challenge_id]
    context = {
        "title": _("Why %(points)s out of 100?") % {"points": match.points},
        "run": run,
        "may_match": desk.may_act(request.user, run.call),
        "proposal": proposal,
        "flags": [words.flag(code, services=names) for code in match.scored.flags],
        "others": match.scored.matches.all(),
        "place": ranking[scored_id],
        "among": len(ranking),
        "equals": ranking.equals(scored_id, _names_in(run, hidden)),
        **presentation.explanation(match),
    }
    return page(request, desk, "explanation", context)


@require_GET
def show_coverage(request, desk, run_id):
    """Who covers which need, of everybody who filed; as a page, or as a sheet for a spreadsheet."""
    run = _run(request, desk, run_id)
    scored = queries.offers_of(run)
    grid = Grid(
        basis.problem_in(run, scored),
        None,
        names_for(run, scored, hidden=desk.hidden(request.user, run.call)),
    )
    if request.GET.get("als") in SHEETS:
        return _sheet(grid, request.GET["als"], name=f"dekking-{run.call.slug}-{run.key}")
    context = {
        "title": _("Coverage of the needs"),
        "run": run,
        "capacity_wanted": call_in(run.recipe).capacity_wanted,
        "may_match": desk.may_act(request.user, run.call),
        **_coverage(request, grid),
    }
    return page(request, desk, "coverage", context)


def _coverage(request, grid: Grid) -> dict:
    view = request.GET.get("blik", "uitdaging")
    view = view if view in VIEWS else "uitdaging"
    return {
        "view": view,
        "of_members": grid.selected is not None,
        "columns": grid.columns,
        "coverage_rows": grid.rows(VIEWS[view]),
        "picture": grid.picture(),
        "totals": grid.totals(),
        "personas": grid.personas(),
        "needs": grid.needs(),
    }


def _sheet(grid: Grid, kind: str, *, name: str) -> HttpResponse:
    make, media_type = SHEETS[kind]
    response = HttpResponse(make(grid.sheet()), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def new_composition(request, desk, run_id):
    """Ask for a partnership under wishes."""
    run = _run(request, desk, run_id)
    if not desk.may_act(request.user, run.call):
        raise Http404
    names = names_for(run, queries.called_in(run), hidden=desk.hidden(request.user, run.call))
    form = WishesForm(
        request.POST or None,
        names=names,
        needs=call_in(run.recipe).needs(),
        **_asked_before(request, desk, run, names),
    )
    if request.method == "POST" and form.is_valid():
        return _ask(request, desk, run.call, form.wishes())
    context = {"title": _("Compose a partnership"), "run": run, "form": form, "may_match": True}
    return page(request, desk, "new_composition", context, status=422 if form.errors else 200)


def _asked_before(request, desk, run, names: Names) -> dict:
    """The wishes of the composition that the form begins with, if any."""
    pk = request.GET.get("wensen", "")
    found = desk.compositions_of(request.user).filter(run__call=run.call)
    made = found.filter(pk=pk).first() if pk.isdecimal() else None
    if made is None:
        return {}
    wishes, told = composing.wishes_of(made), WishWords(names)
    return {"before": wishes, "waived": [(duty_out(duty), told.wish(duty)) for duty in wishes.waived]}


def _ask(request, desk, call, wishes):
    try:
        made = composing.request_composition(call=call, by=request.user, wishes=wishes)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(desk.compositions)
    return redirect(desk.composition, made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def show_composition(request, desk, composition_id):
    """A suggestion or a choice: members, proof, gaps, alternatives; and choosing otherwise."""
    made = get_object_or_404(desk.compositions_of(request.user), pk=composition_id)
    may_act = desk.may_act(request.user, made.run.call)
    if request.method == "POST" and may_act and (done := _acted(request, desk, made)):
        return done
    studying = made.status in queries.FOUND and not made.studied
    if request.htmx and studying:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    scored = queries.offers_of(made.run)
    hidden = desk.hidden_in_composition(request.user, made.run.call)
    names = names_for(made.run, scored, hidden=hidden)
    running = made.status in Composition.RUNNING
    form = _choose_form(request, made, names) if may_act and not running else None
    problem = composing.problem_of(made, scored)
    told = Partnership(made, problem, names)
    if form is not None and form.is_valid() and "terug" not in request.POST:
        return _choose(request, desk, made, form, told)
    context = {
        "title": _title(made),
        "form": form,
        "may_match": may_act,
        "running": running,
        "studying": studying,
        **_composition(made, told),
        **_coverage(request, Grid(problem, made.document.get("selected", ()), names)),
    }
    response = page(request, desk, "composition", context, status=422 if form and form.errors else 200)
    if running:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _choose(request, desk, made: Composition, form: ChooseForm, told: Partnership):
    """Keep the choice; one that breaks wishes or duties once that was read and confirmed."""
    try:
        chosen = composing.choose_otherwise(
            suggestion=made.instead_of or made,
            keys=form.cleaned_data["members"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            knowingly="toch" in request.POST,
        )
    except BreaksWishes:
        context = {
            "title": _("Keep this choice all the same?"),
            "run": made.run,
            "may_match": True,
            "made": made,
            "members": [(key, told.name(key)) for key in form.cleaned_data["members"]],
            "reason": form.cleaned_data["reason"],
            "breaks": told.broken(form.cleaned_data["members"]),
        }
        return page(request, desk, "confirm_choice", context)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(desk.composition, made.pk)
    messages.success(request, _("Your choice is kept, with its reason. The suggestion stays beside it."))
    return redirect(desk.composition, chosen.pk)


def _acted(request, desk, made: Composition):
    """One of the buttons beside choosing otherwise: stop, without a member, or give up wishes."""
    wishes = composing.wishes_of(made)
    if "stop" in request.POST:
        try:
            composing.stop_composition(composition=made, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(desk.composition, made.pk)
    if leaver := request.POST.get("zonder"):
        kept = [w for w in wishes.listed() if w != Wish("include", leaver)]
        lighter = wishes.given_up([w for w in wishes.listed() if w not in kept])
        exclude = tuple(sorted({*lighter.exclude, leaver}))
        return _ask(request, desk, made.run.call, replace(lighter, exclude=exclude))
    number = request.POST.get("opgeven", "")
    ways = made.document.get("ways_out", ())
    if number.isdecimal() and int(number) < len(ways):
        way = ways[int(number)]
        gone = [Wish(row["wish"], row["value"]) for row in way["give_up"]]
        lighter = wishes.given_up(gone)
        if any(wish.kind == "budget" for wish in gone):
            lighter = replace(lighter, budget=way["needed"])
        return _ask(request, desk, made.run.call, lighter)
    return None


def _choose_form(request, made: Composition, names: Names) -> ChooseForm | None:
    picked = request.GET.getlist("met") or made.document.get("selected", [])
    by_name = dict(sorted(names.organisations.items(), key=lambda pair: pair[1]))
    return ChooseForm(request.POST or None, names=by_name, initial={"members": picked})


def _title(made: Composition) -> str:
    if made.status == Composition.Status.INFEASIBLE:
        return _("No partnership under these wishes")
    return _("Chosen partnership") if made.kind == Composition.Kind.CHOSEN else _("Suggested partnership")


def _composition(made: Composition, told: Partnership) -> dict:
    document = made.document
    return {
        "made": made,
        "run": made.run,
        "tone": words.STATUS_TONES[made.status],
        "figures": figures(document["objective"]),
        "bound": round(100 * document["bound"]["coverage"], 1) if "bound" in document else None,
        "at_least": words.share_reached(document["gap"]) if "gap" in document else None,
        "levels": told.levels(),
        "members": told.members(),
        "gaps": told.gaps(),
        "alternatives": told.alternatives(),
        "roles": told.roles(),
        "draws": made.studies.get("draws", 0),
        "draws_asked": DRAWS,
        "curve": told.curve(),
        "ways_out": told.ways_out(),
        "merits": bool(made.basis.get("merits")),
        "suggestion": made.instead_of and figures(made.instead_of.document["objective"]),
        "wishes": told.wishes(),
        "duties": told.duties(),
        "breaks": told.broken() if made.kind == Composition.Kind.CHOSEN else (),
        "ceiling": told.ceiling,
    }


@require_GET
def compare(request, desk, run_id):
    """Compositions of a call side by side: figures, members, and the needs each meets."""
    run = _run(request, desk, run_id)
    known = list(desk.compositions_of(request.user).filter(run__call=run.call).defer("studies"))
    known = [made for made in known if made.status not in Composition.RUNNING and made.document["selected"]]
    asked = {int(pk) for pk in request.GET.getlist("v") if pk.isdecimal()}
    picked = [made for made in known if made.pk in asked] or _first_beside(known)
    context = {
        "title": _("Compare partnerships"),
        "run": run,
        "may_match": desk.may_act(request.user, run.call),
        "known": [(made, words.wishes_in_short(made)) for made in known],
        "picked": {made.pk for made in picked},
        **_side_by_side(request, desk, run, picked[:COMPARED]),
    }
    return page(request, desk, "compare", context)


@require_GET
def list_compositions(request, desk, run_id):
    """Every composition of the call of a run, newest first, a page at a time."""
    run = _run(request, desk, run_id)
    found = desk.compositions_of(request.user).filter(run__call=run.call).defer("studies", "basis")
    shown = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "title": _("Compositions"),
        "run": run,
        "shown": shown,
        "rows": [presentation.listed(made) for made in shown],
    }
    return page(request, desk, "compositions", context)


def _first_beside(known: list[Composition]) -> list[Composition]:
    """What to compare unasked: the newest choice with the suggestion it replaced, else the two newest."""
    chosen = next((made for made in known if made.kind == Composition.Kind.CHOSEN), None)
    both = [made for made in known if chosen and made.pk in (chosen.pk, chosen.instead_of_id)]
    return both if len(both) > 1 else known[:2]


def _side_by_side(request, desk, run, picked: list[Composition]) -> dict:
    scored = {run.pk: queries.offers_of(run) for run in {made.run for made in picked}}
    rows = [each for found in scored.values() for each in found]
    names = names_for(run, rows, hidden=desk.hidden_in_composition(request.user, run.call))
    told: list[Partnership] = []
    for made in picked:
        told.append(Partnership(made, _problem(made, scored[made.run_id], told), names))
    return presentation.side_by_side(told)


def _problem(made: Composition, scored, told: list[Partnership]):
    """The problem that `made` answers; often another one answers the same."""
    alike = (t.problem for t in told if (t.made.run_id, t.made.basis) == (made.run_id, made.basis))
    return next(alike, None) or composing.problem_of(made, scored)
