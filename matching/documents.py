"""The JSON documents of matching, as docs/matching.md promises them."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from matching.engine.compose import Composed, Level, Objective, objective, share_open
from matching.engine.compose import Composition as Answer
from matching.engine.conflict import WayOut
from matching.engine.coverage import Gap, Gaps, Problem, gaps
from matching.engine.wishes import Wish
from matching.models import Composition, Run, ScoredProposal
from matching.ranking import Place, Ranking, rankings

NO_GAPS: dict[str, list] = {"nobody": [], "missed": [], "single": []}


def run(run: Run, scored: list[ScoredProposal]) -> dict:
    """The document of `match`."""
    ranked = rankings(
        (each.pk, match.challenge.number, match.points, match.low, match.high)
        for each in scored
        for match in each.matches.all()
    )
    return {
        "call": run.call.slug,
        "scoring_version": run.scoring_version,
        "run": run.key,
        "proposals": [
            _proposal(each, ranked) for each in sorted(scored, key=lambda s: s.version.proposal.key)
        ],
    }


def _proposal(scored: ScoredProposal, ranked: dict[int, Ranking]) -> dict:
    return {
        "external_id": scored.version.proposal.key,
        "reference": scored.version.proposal.reference,
        "flags": scored.flags,
        "challenges": [
            _challenge(match) | _place(ranked[match.challenge.number][scored.pk])
            for match in scored.matches.all()
        ],
        "service_types": [_service(support) for support in scored.supports.all()],
    }


def _place(found: Place) -> dict:
    return {"place": found.first, "place_to": found.last}


def _challenge(match) -> dict:
    return {
        "number": match.challenge.number,
        "points": match.points,
        "band": {"low": match.low, "high": match.high, "label": match.label},
        "parts": match.parts,
    }


def _service(support) -> dict:
    return {
        "slug": support.service_type.slug,
        "chosen": support.chosen,
        "support": support.support,
        "evidence": support.evidence,
    }


def nothing_yet(problem: Problem) -> dict:
    """The document of a composition that is still waited for."""
    return {
        "status": "feasible",
        "selected": [],
        "objective": {"coverage": 0.0, "quality": 0.0, "cost": 0},
        "bound": {"coverage": _share(problem.ceiling, problem.full_coverage)},
        "gap": share_open(0, problem.ceiling),
        "levels": [],
        "alternatives": [],
        "gaps": NO_GAPS,
        "conflict": [],
        "ways_out": [],
    }


def asked(made: Composition) -> dict:
    """The wishes of a composition, for the journal."""
    names = ("budget", "minimum", "maximum", "include", "exclude", "twice", "waived", "seconds")
    return {name: getattr(made, name) for name in names}


def composition(answer: Answer, problem: Problem, expertise: Mapping[str, str] | None = None) -> dict:
    """The document of `compose`; `expertise` gives priority expertise its names."""
    return {
        "status": answer.status,
        "selected": list(answer.selected),
        "objective": _objective(answer.objective, problem),
        "bound": {"coverage": _share(answer.bound, problem.full_coverage)},
        "gap": round(answer.gap, 6),
        "levels": [_level(level, problem) for level in answer.levels],
        "alternatives": [_set(other, problem) for other in answer.alternatives],
        "gaps": _gaps(answer.gaps) if answer.levels else NO_GAPS,
        "conflict": [_wish(wish, expertise) for wish in answer.conflict],
        "ways_out": [_way(way, expertise) for way in answer.ways_out],
    }


def best_so_far(found: Composed, problem: Problem) -> dict:
    """The document while the search goes on: the best set so far, with its gap; until the solver
    knows a bound, it is what everybody together covers."""
    reached = found.objective.coverage
    gap, bound = share_open(reached, problem.ceiling), problem.ceiling
    if found.levels:
        gap, bound = found.levels[0].gap, found.levels[0].bound
    return nothing_yet(problem) | {
        "selected": list(found.selected),
        "objective": _objective(found.objective, problem),
        "bound": {"coverage": _share(bound, problem.full_coverage)},
        "gap": round(gap, 6),
        "gaps": _gaps(gaps(problem, found.selected)),
    }


def chosen(
    problem: Problem, selected: list[str], breaks: Sequence[Wish], expertise: Mapping[str, str]
) -> dict:
    """What a set that staff chose covers, misses and costs, and which wishes and duties it `breaks`."""
    return {
        "selected": selected,
        "objective": _objective(objective(problem, selected), problem),
        "gaps": _gaps(gaps(problem, selected)),
        "breaks": [_wish(wish, expertise) for wish in breaks],
    }


def _set(found: Composed, problem: Problem) -> dict:
    return {
        "selected": list(found.selected),
        "objective": _objective(found.objective, problem),
        "proven": found.proven,
    }


def _level(level: Level, problem: Problem) -> dict:
    """Value and bound as the objective tells them."""
    return {
        "level": level.name,
        "value": _as_told(level.name, level.value, problem),
        "bound": _as_told(level.name, level.bound, problem),
        "gap": round(level.gap, 6),
        "proven": level.proven,
    }


def _as_told(name: str, units: int, problem: Problem) -> float:
    if name == "coverage":
        return _share(units, problem.full_coverage)
    return units if name == "cost" else round(100 * _share(units, problem.full_quality), 2)


def _objective(reached: Objective, problem: Problem) -> dict:
    return {name: _as_told(name, getattr(reached, name), problem) for name in ("coverage", "quality", "cost")}


def _share(units: int, full: int) -> float:
    return round(units / full, 6) if full else 0.0


def _gaps(found: Gaps) -> dict:
    return {
        "nobody": [_gap(gap) for gap in found.nobody],
        "missed": [_gap(gap) | {"by": list(gap.by), "cheapest": gap.cheapest} for gap in found.missed],
        "single": [_gap(gap) | {"by": list(gap.by)} for gap in found.single],
    }


def _gap(gap: Gap) -> dict:
    return {"challenge": gap.challenge, "service_type": gap.service_type, "weight": gap.weight}


def _way(way: WayOut, expertise: Mapping[str, str] | None) -> dict:
    return {
        "give_up": [_wish(wish, expertise) for wish in way.wishes],
        "then": list(way.witness),
        "needed": way.needed,
    }


def _wish(wish: Wish, expertise: Mapping[str, str] | None) -> dict:
    named = (expertise or {}).get(wish.value, wish.value) if wish.kind == "expertise" else wish.value
    return {"wish": wish.kind, "value": wish.value, "message": in_words(Wish(wish.kind, named))}


def in_words(wish: Wish) -> str:
    """A wish of a composition, or what every partnership owes, as people say it."""
    words = {
        "budget": _("spend at most %(value)s euro a year"),
        "min": _("at least %(value)s organisations"),
        "max": _("at most %(value)s organisations"),
        "include": _("with %(value)s"),
        "exclude": _("without %(value)s"),
        "twice": _("two members for %(value)s"),
        "challenge": _("somebody for challenge %(value)s"),
        "expertise": _("somebody with the priority expertise “%(value)s”"),
        "group": _("at most one member of the legal group “%(value)s”"),
    }
    return words[wish.kind] % {"value": wish.value}
