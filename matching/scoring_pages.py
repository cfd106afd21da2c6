"""The frozen scoring version: what it holds, who asks another one, and who approves it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.queries import calls_of_staff
from journal import clock
from matching import facts, queries, rules, scoring, words
from matching.errors import Refused
from matching.forms import ScoringForm
from matching.models import Scoring
from matching.pages import page
from submissions.models import Proposal

MOVES = 50


@require_http_methods(["GET", "HEAD", "POST"])
def show_scoring(request, desk, call_id):
    """The version that holds, the one that was asked with who moves how far, and asking another."""
    call = get_object_or_404(calls_of_staff(request.user).select_related("region"), pk=call_id)
    closed = not rules.weights_are_open(call=call, at=clock.now())
    holding = queries.scoring_of(call) or scoring.scoring_as_it_stands(call)
    may_act = rules.may_match(request.user, call=call)
    form = _form(request, holding) if may_act and closed else None
    if request.method == "POST" and may_act and (done := _acted(request, call, form)):
        return done
    asked = (
        Scoring.objects.filter(call=call, approved_at=None, refused=False).select_related("asked_by").first()
    )
    moves = _moves(request, desk, call, asked)
    context = {
        "title": _("Scoring version"),
        "call": call,
        "closed": closed,
        "holding": holding,
        "asked": asked,
        "changes": scoring.changes(holding.recipe, asked.recipe) if asked else [],
        "moves": _told(moves[:MOVES]),
        "relabelled": sum(row.get("label_before") != row.get("label_after") for row in moves),
        "further": len(moves[MOVES:]),
        "may_approve": may_act and asked is not None and asked.asked_by != request.user,
        "may_act": may_act,
        "form": form,
        "earlier": Scoring.objects.filter(call=call)
        .exclude(pk=holding.pk)
        .select_related("asked_by", "approved_by"),
        **described(holding, call),
    }
    return page(request, desk, "scoring", context, status=422 if form and form.errors else 200)


def _moves(request, desk, call, asked: Scoring | None) -> list[dict]:
    """Who moves, the furthest first, as far as this reader may know."""
    if asked is None:
        return []
    hidden = {p.key for p in Proposal.objects.filter(pk__in=desk.hidden(request.user, call))}
    return [row for row in asked.effect if row["key"] not in hidden]


def _told(moves: list[dict]) -> list[dict]:
    """Moves with how far they go, and what the score is called and where it stands before and after;
    a version that was asked long ago only kept the points."""
    labels = words.labels()
    return [
        {
            **move,
            "change": words.signed(move["after"] - move["before"]),
            "label": _moved(*(labels.get(move.get(f"label_{when}"), "") for when in ("before", "after"))),
            "place": _moved(*(move.get(f"place_{when}", "") for when in ("before", "after"))),
        }
        for move in moves
    ]


def _moved(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def changed_late(holding: Scoring) -> dict:
    """For a version that two people brought in after the deadline: what it changed of the one before."""
    before = queries.scoring_before(holding) if holding.asked_by_id else None
    return {"changes": scoring.changes(before.recipe, holding.recipe) if before else []}


def described(holding: Scoring, call) -> dict:
    """What a scoring version holds, in words: its weights and its need matrix."""
    frozen = facts.call_in(holding.recipe)
    assumed = {
        (need.challenge.number, need.service_type.slug)
        for challenge in call.challenges.prefetch_related("needs__service_type", "needs__challenge")
        for need in challenge.needs.all()
        if need.assumed
    }
    return {
        "weights": [(label, frozen.weights[signal]) for signal, label in words.SIGNALS.items()],
        "formulas": [
            (label, words.MEANINGS[signal], words.FORMULAS[signal]) for signal, label in words.SIGNALS.items()
        ],
        "capacity_wanted": frozen.capacity_wanted,
        "municipalities_alike": frozen.municipalities_alike,
        "frozen_challenges": frozen.challenges,
        "matrix": [
            {
                "service": service.need,
                "cells": [
                    {
                        "weight": challenge.needs.get(service.slug, 0),
                        "assumed": (challenge.number, service.slug) in assumed,
                    }
                    for challenge in frozen.challenges
                ],
            }
            for service in frozen.service_types
        ],
        "any_assumed": bool(assumed),
    }


def _form(request, holding: Scoring) -> ScoringForm:
    frozen = facts.call_in(holding.recipe)
    initial = {**frozen.weights, "capacity_wanted": frozen.capacity_wanted}
    asking = request.method == "POST" and "vragen" in request.POST
    return ScoringForm(request.POST if asking else None, initial=initial)


def _acted(request, call, form):
    """One of the three buttons; None when the form must be shown again."""
    try:
        told = _act(request, call, form)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(request.path)
    if told is None:
        return None
    messages.success(request, told)
    return redirect(request.path)


def _act(request, call, form) -> str | None:
    if "vragen" in request.POST:
        if form is None or not form.is_valid():
            return None
        asked = scoring.ask_other_scoring(
            call=call, weights=form.weights(), reason=form.cleaned_data["reason"], by=request.user
        )
        return _("Asked. %(count)s scores would move; a second coordinator decides.") % {
            "count": len(asked.effect)
        }
    asked = get_object_or_404(Scoring, call=call, approved_at=None, refused=False)
    if "goedkeuren" in request.POST:
        scoring.approve_scoring(scoring=asked, by=request.user)
        return _("Approved. Score the proposals again to use this version.")
    scoring.refuse_scoring(scoring=asked, by=request.user)
    return _("Refused. The scoring stays as it was.")
