"""How a call scores, frozen: published with the call, changed after the deadline by two people."""

import json
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from challenges.models import Call
from journal import actions as journal
from journal import clock
from journal.chain import canonical_json
from matching import facts, queries, rules, words
from matching.engine.score import score, scorer
from matching.engine.types import SIGNALS
from matching.errors import NothingChanges, ReasonMissing, ScoringChanged
from matching.models import Match, Run, Scoring, Weights
from matching.ranking import rankings

WEIGHTS = (*SIGNALS, "capacity_wanted")


def recipe_that_holds(call: Call) -> str:
    """The recipe to score with now; the call must be locked.

    Until filing closes it is the call as it stands, and every change of it is frozen as the next
    version. From then on it is the frozen one, whatever was changed since. Raises ScoringChanged
    when this installation has another lexicon or code than the frozen version.
    """
    newest = queries.scoring_of(call)
    if newest is not None and not rules.weights_are_open(call=call, at=clock.now()):
        _require_installed(newest.recipe)
        return newest.recipe
    live = facts.recipe(facts.engine_call(call))
    if newest is None or newest.recipe != live:
        _freeze(call, live)
    return live


def scoring_is_stale(call: Call, *, at: datetime) -> bool:
    """Whether nothing is frozen yet, or the call changed since and its deadline has not come."""
    newest = queries.scoring_of(call)
    if newest is None:
        return True
    return rules.weights_are_open(call=call, at=at) and facts.recipe(facts.engine_call(call)) != newest.recipe


def _freeze(call: Call, recipe: str) -> Scoring:
    now = clock.now()
    made = Scoring.objects.create(
        call=call, version=facts.scoring_version(recipe), recipe=recipe, frozen_at=now, approved_at=now
    )
    journal.record("matching.scoring_frozen", about=made, call=call, version=made.version)
    return made


def _require_installed(recipe: str) -> None:
    row = json.loads(recipe)
    if (row["lexicon"], row["code"]) != (facts.lexicon().digest, facts.code_digest()):
        raise ScoringChanged(
            _(
                "Filing has closed and the portal's scoring was updated since. Nothing was scored, so that "
                "nobody's score moves unseen. Ask for the new scoring version, with a reason; a second "
                "coordinator approves it."
            )
        )


def scoring_as_it_stands(call: Call) -> Scoring:
    """The scoring of a call of which nothing is frozen yet; not stored."""
    recipe = facts.recipe(facts.engine_call(call))
    return Scoring(call=call, version=facts.scoring_version(recipe), recipe=recipe)


@transaction.atomic
def publish_scoring(*, call: Call) -> Scoring:
    """Freeze the scoring of a call that is published, or that changed before filing closed."""
    call = queries.locked(call)
    _quietly(call)
    return queries.scoring_of(call)


def _quietly(call: Call) -> None:
    try:
        recipe_that_holds(call)
    except ScoringChanged:
        return


def recipe_with(call: Call, weights: dict[str, int]) -> str:
    """The recipe of a call as it stands now, with other weights (keys as in WEIGHTS)."""
    live = facts.engine_call(call)
    moved = {"weights": {signal: weights[signal] for signal in SIGNALS}}
    recipe = json.loads(facts.recipe(live))
    recipe["call"] |= moved | {"capacity_wanted": weights["capacity_wanted"]}
    return canonical_json(recipe)


def changes(before: str, after: str) -> list[dict]:
    """What one recipe has otherwise than another: rows {"what", "before", "after"} in words."""
    old, new = facts.call_in(before), facts.call_in(after)
    rows = [(label, old.weights[signal], new.weights[signal]) for signal, label in words.SIGNALS.items()]
    rows.append(
        (_("Clients a year from which a service counts fully"), old.capacity_wanted, new.capacity_wanted)
    )
    rows.append(
        (_("Every municipality counts alike"), _yes(old.municipalities_alike), _yes(new.municipalities_alike))
    )
    services = {service.slug: service.need for service in (*old.service_types, *new.service_types)}
    for number, slug in sorted({*old.needs(), *new.needs()}):
        need = _("Need, challenge %(number)s: %(service)s") % {"number": number, "service": services[slug]}
        rows.append((need, old.needs().get((number, slug), 0), new.needs().get((number, slug), 0)))
    one, other = json.loads(before), json.loads(after)
    rows.append((_("Words that are recognised"), one["lexicon"][:8], other["lexicon"][:8]))
    rows.append((_("Code that scores"), one["code"][:8], other["code"][:8]))
    return [{"what": what, "before": was, "after": is_now} for what, was, is_now in rows if was != is_now]


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


class Standing(NamedTuple):
    """A score as one scoring version gives it, with its place among the others of its challenge."""

    points: int
    label: str
    place: str


def effect_of(call: Call, recipe: str) -> list[dict]:
    """Who moves and how far under another recipe: rows {"key", "name", "number", "before", "after"}
    with "label_before", "label_after", "place_before" and "place_after", the furthest first. Before is
    the newest run, or the scoring that holds."""
    versions = list(queries.versions_in_the_running(call))
    names = {v.proposal.key: v.proposal.organisation.name for v in versions}
    before = _standings_before(call, versions)
    rows = [
        {
            "key": key,
            "name": names[key],
            "number": number,
            "before": was.points,
            "after": now.points,
            "label_before": was.label,
            "label_after": now.label,
            "place_before": was.place,
            "place_after": now.place,
        }
        for (key, number), now in _standings(recipe, versions).items()
        if (was := before.get((key, number), now))[:2] != now[:2]
    ]
    return sorted(rows, key=lambda row: (-abs(row["after"] - row["before"]), row["key"], row["number"]))


def _standings_before(call: Call, versions) -> dict:
    holding = queries.scoring_of(call)
    run = Run.objects.filter(call=call, scoring_version=holding.version).first() if holding else None
    if run is None:
        return _standings(holding.recipe, versions) if holding else {}
    matches = Match.objects.filter(scored__run=run).select_related("scored__version__proposal", "challenge")
    return _placed(
        (m.scored.version.proposal.key, m.challenge.number, m.points, m.low, m.high, m.label)
        for m in matches.defer("parts")
    )


def _standings(recipe: str, versions) -> dict:
    call = facts.call_in(recipe)
    scores = score(
        facts.engine_proposals(versions, call=call), using=scorer(call=call, lexicon=facts.lexicon())
    )
    return _placed(
        (s.external_id, c.number, c.points, c.band.low, c.band.high, c.band.label)
        for s in scores
        for c in s.challenges
    )


def _placed(rows) -> dict:
    rows = list(rows)
    ranked = rankings(row[:5] for row in rows)
    return {
        (key, number): Standing(points, label, str(ranked[number][key]))
        for key, number, points, _low, _high, label in rows
    }


@transaction.atomic
def ask_other_scoring(*, call: Call, weights: dict[str, int], reason: str, by) -> Scoring:
    """Ask for another scoring version after the deadline: other weights, and the needs, lexicon and
    code as they stand now. It holds once a second coordinator approves it.

    Raises NotAllowed, ReasonMissing, or NothingChanges. An earlier request that waits is replaced.
    """
    rules.require_may_match(by, call=call)
    if not reason.strip():
        raise ReasonMissing(_("Say why: applicants counted on the scoring that was published."))
    call = queries.locked(call)
    _quietly(call)
    recipe = recipe_with(call, weights)
    if recipe == queries.scoring_of(call).recipe:
        raise NothingChanges(_("This is the scoring version that holds already. Change a weight first."))
    Scoring.objects.filter(call=call, approved_at=None, refused=False).update(refused=True)
    asked = Scoring.objects.create(
        call=call,
        version=facts.scoring_version(recipe),
        recipe=recipe,
        frozen_at=clock.now(),
        reason=reason.strip(),
        effect=effect_of(call, recipe),
        asked_by=by,
    )
    journal.record(
        "matching.scoring_asked", about=asked, by=by, call=call, version=asked.version, reason=asked.reason
    )
    return asked


@transaction.atomic
def approve_scoring(*, scoring: Scoring, by) -> Scoring:
    """Have an asked scoring version hold from now on. Raises NotAllowed, also for who asked it."""
    call = queries.locked(scoring.call)
    scoring = Scoring.objects.select_for_update().get(pk=scoring.pk)
    rules.require_may_approve_scoring(by, scoring=scoring)
    scoring.approved_by, scoring.approved_at = by, clock.now()
    scoring.save()
    _store_weights(call, scoring.recipe)
    journal.record("matching.scoring_approved", about=scoring, by=by, call=call, version=scoring.version)
    return scoring


def _store_weights(call: Call, recipe: str) -> None:
    asked = facts.call_in(recipe)
    values = {**asked.weights, "capacity_wanted": asked.capacity_wanted}
    Weights.objects.update_or_create(call=call, defaults={name: values[name] for name in WEIGHTS})


@transaction.atomic
def refuse_scoring(*, scoring: Scoring, by) -> Scoring:
    """Drop an asked scoring version: a second coordinator, or who asked it."""
    scoring = Scoring.objects.select_for_update().get(pk=scoring.pk)
    rules.require_may_match(by, call=scoring.call)
    rules.require_still_asked(scoring)
    scoring.refused = True
    scoring.save()
    journal.record(
        "matching.scoring_refused", about=scoring, by=by, call=scoring.call, version=scoring.version
    )
    return scoring
