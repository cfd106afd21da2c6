"""The JSON documents of matching, as docs/matching.md promises them."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from matching.engine import types
from matching.engine.compose import Composition as Answer
from matching.engine.compose import Objective, objective
from matching.engine.conflict import Wish
from matching.engine.coverage import Gap, Gaps, Problem, gaps
from matching.models import Run, ScoredProposal


def run(run: Run, scored: list[ScoredProposal]) -> dict:
    """The document of `match`."""
    return {
        "call": run.call.slug,
        "scoring_version": run.scoring_version,
        "run": run.key,
        "proposals": [_proposal(each) for each in sorted(scored, key=lambda s: s.version.proposal.key)],
    }


def _proposal(scored: ScoredProposal) -> dict:
    return {
        "external_id": scored.version.proposal.key,
        "reference": scored.version.proposal.reference,
        "flags": scored.flags,
        "challenges": [_challenge(match) for match in scored.matches.all()],
        "service_types": [_service(support) for support in scored.supports.all()],
    }


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


def score_of(scored: ScoredProposal) -> types.Score:
    """A stored score as the engine knows it, without the words behind it."""
    return types.Score(
        scored.version.proposal.key,
        scored.version.proposal.reference,
        tuple(scored.flags),
        tuple(
            types.ChallengeScore(m.challenge.number, m.points, types.Band(m.low, m.high, m.label), ())
            for m in scored.matches.all()
        ),
        tuple(types.Support(s.service_type.slug, s.chosen, s.support) for s in scored.supports.all()),
    )


def composition(answer: Answer, problem: Problem) -> dict:
    """The document of `compose`."""
    return {
        "status": answer.status,
        "selected": list(answer.selected),
        "objective": _objective(answer.objective, problem),
        "bound": {"coverage": _share(answer.bound, problem.full_coverage)},
        "gap": round(answer.gap, 6),
        "alternatives": [
            {"selected": list(other.selected), "objective": _objective(other.objective, problem)}
            for other in answer.alternatives
        ],
        "gaps": _gaps(answer.gaps),
        "conflict": [_conflict(wish) for wish in answer.conflict],
    }


def chosen(problem: Problem, selected: list[str]) -> dict:
    """What a set that staff chose covers, misses and costs."""
    return {
        "selected": selected,
        "objective": _objective(objective(problem, selected), problem),
        "gaps": _gaps(gaps(problem, selected)),
    }


def _objective(reached: Objective, problem: Problem) -> dict:
    return {
        "coverage": _share(reached.coverage, problem.full_coverage),
        "quality": round(100 * _share(reached.quality, problem.full_quality), 2),
        "cost": reached.cost,
    }


def _share(units: int, full: int) -> float:
    return round(units / full, 6) if full else 0.0


def _gaps(found: Gaps) -> dict:
    return {
        "nobody": [_without_by(gap) for gap in found.nobody],
        "missed": [_gap(gap) for gap in found.missed],
        "single": [_gap(gap) for gap in found.single],
    }


def _gap(gap: Gap) -> dict:
    return {**asdict(gap), "by": list(gap.by)}


def _without_by(gap: Gap) -> dict:
    return {name: value for name, value in _gap(gap).items() if name != "by"}


def _conflict(wish: Wish) -> dict:
    return {"wish": wish.kind, "value": wish.value, "message": in_words(wish)}


def in_words(wish: Wish) -> str:
    """A wish of a composition as people say it."""
    words = {
        "budget": _("spend at most %(value)s euro a year"),
        "min": _("at least %(value)s organisations"),
        "max": _("at most %(value)s organisations"),
        "include": _("with %(value)s"),
        "exclude": _("without %(value)s"),
    }
    return words[wish.kind] % {"value": wish.value}
