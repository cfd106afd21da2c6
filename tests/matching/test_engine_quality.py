"""How well the matching tells needs, services and misfits apart, on texts a careful reader judged."""

import pytest

from matching.engine.score import score

from .builders import judged, load, written
from .measures import auc, mean_average_precision, mean_ndcg


def samples(call):
    relevance = judged("relevance.json")
    for proposal in load(call, "samples.json"):
        row = relevance[proposal.external_id]
        yield proposal, {int(n): r for n, r in row["challenges"].items()}, row["service_types"]


def halves(call, half):
    for proposal, row in written(call, half=half):
        yield proposal, row["relevance"], row["supported"]


def read(name, call):
    return list(samples(call) if name == "samples" else halves(call, name))


@pytest.mark.parametrize("name", ["samples", "a", "b", "c"])
def test_challenges_are_ranked_as_a_careful_reader_does(using, name):
    rows = read(name, using.call)
    scores = score([proposal for proposal, _, _ in rows], using=using)
    points = [[c.points for c in found.challenges] for found in scores]
    wanted = [[relevance.get(c.number, 0) for c in using.call.challenges] for _, relevance, _ in rows]

    assert mean_ndcg(zip(points, wanted, strict=True)) >= 0.93
    by_challenge = zip(zip(*points, strict=True), zip(*wanted, strict=True), strict=True)
    assert mean_average_precision(by_challenge) >= 0.80


@pytest.mark.parametrize("name", ["samples", "a", "b", "c"])
def test_services_are_found_from_the_text_alone(using, name):
    rows = read(name, using.call)
    scores = score([proposal for proposal, _, _ in rows], using=using)
    support = [[s.support for s in found.service_types] for found in scores]
    wanted = [[int(s.slug in supported) for s in using.call.service_types] for _, _, supported in rows]

    assert mean_ndcg(zip(support, wanted, strict=True)) >= 0.88
    by_service = zip(zip(*support, strict=True), zip(*wanted, strict=True), strict=True)
    assert mean_average_precision(by_service) >= 0.75


@pytest.mark.parametrize("name", ["samples", "a", "b", "c"])
def test_misfits_and_echoes_stay_below_candidates(using, name):
    rows = read(name, using.call)
    scores = score([proposal for proposal, _, _ in rows], using=using)
    best = [max(c.points for c in found.challenges) for found in scores]
    fits = [b for b, (_, relevance, _) in zip(best, rows, strict=True) if any(relevance.values())]
    misfits = [b for b, (_, relevance, _) in zip(best, rows, strict=True) if not any(relevance.values())]

    assert auc(fits, misfits) >= 0.90
    assert max(misfits) < 25
