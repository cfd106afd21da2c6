"""How well rankings agree with a careful reader, for the engine and for what it must beat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.engine.score import Scorer, score
from matching.engine.types import Call, Proposal

from .baselines import challenge_texts, character_grams, likeness, service_texts, whole_text, words
from .measures import auc, mean_average_precision, mean_ndcg


@dataclass(frozen=True)
class Judged:
    """A proposal with a careful reader's judgement: relevance 0..2 per challenge, services supported."""

    proposal: Proposal
    relevance: Mapping[int, int]
    services: frozenset[str]

    @property
    def fits(self) -> bool:
        return any(self.relevance.values())


@dataclass(frozen=True)
class Figures:
    """What the table of `make eval-matching` shows; `auc` is None without misfits or candidates."""

    challenges_ndcg: float
    challenges_map: float
    services_ndcg: float
    services_map: float
    auc: float | None


Rows = Sequence[Sequence[float]]


def figures(judged: Sequence[Judged], *, call: Call, challenges: Rows, services: Rows) -> Figures:
    """Measure rankings: values per proposal for each challenge and each service type of the call."""
    relevance = [[j.relevance.get(c.number, 0) for c in call.challenges] for j in judged]
    supported = [[int(s.slug in j.services) for s in call.service_types] for j in judged]
    best = [max(row) for row in challenges]
    fits = [value for value, j in zip(best, judged, strict=True) if j.fits]
    misfits = [value for value, j in zip(best, judged, strict=True) if not j.fits]
    return Figures(
        mean_ndcg(zip(challenges, relevance, strict=True)),
        mean_average_precision(_turned(challenges, relevance)),
        mean_ndcg(zip(services, supported, strict=True)),
        mean_average_precision(_turned(services, supported)),
        auc(fits, misfits) if fits and misfits else None,
    )


def _turned(values: Rows, wanted: Rows):
    return zip(zip(*values, strict=True), zip(*wanted, strict=True), strict=True)


def of_engine(judged: Sequence[Judged], *, using: Scorer) -> Figures:
    """The engine's figures: whole scores for challenges, support in the text for services."""
    found = score([j.proposal for j in judged], using=using)
    return figures(
        judged,
        call=using.call,
        challenges=[[c.points for c in each.challenges] for each in found],
        services=[[s.support for s in each.service_types] for each in found],
    )


def of_likeness(judged: Sequence[Judged], *, call: Call, grams) -> Figures:
    """The figures of likeness to the call's own words."""
    texts = [whole_text(j.proposal) for j in judged]
    return figures(
        judged,
        call=call,
        challenges=likeness(texts, challenge_texts(call), grams=grams),
        services=likeness(texts, service_texts(call), grams=grams),
    )


def table(judged: Sequence[Judged], *, using: Scorer) -> dict[str, Figures]:
    """The engine beside what it must beat, on the same proposals."""
    return {
        "engine": of_engine(judged, using=using),
        "character 4-6-grams": of_likeness(judged, call=using.call, grams=character_grams),
        "words": of_likeness(judged, call=using.call, grams=words),
    }
