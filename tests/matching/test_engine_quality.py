"""How well the matching tells needs, services and misfits apart, on texts a careful reader judged."""

import json

import pytest

from benchmarks.matching_quality import TIMES, lines
from matching.engine.score import score

from . import builders
from .quality import Judged, figures, table

SETS = builders.judged_sets(builders.pajotarl())


@pytest.fixture(scope="module", params=sorted(SETS))
def measured(request, using):
    return table(SETS[request.param], using=using)


def test_challenges_are_ranked_as_a_careful_reader_does(measured):
    assert measured["engine"].challenges_ndcg >= 0.93
    assert measured["engine"].challenges_map >= 0.80


def test_services_are_found_from_the_text_alone(measured):
    assert measured["engine"].services_ndcg >= 0.88
    assert measured["engine"].services_map >= 0.75


def test_misfits_and_echoes_stay_below_candidates(measured):
    assert measured["engine"].auc >= 0.90


def test_the_engine_is_well_ahead_of_character_grams_and_words(measured):
    engine, *baselines = measured.values()

    for baseline in baselines:
        for column in ("challenges_ndcg", "challenges_map", "services_ndcg", "services_map"):
            assert getattr(engine, column) >= TIMES * getattr(baseline, column)


@pytest.mark.parametrize("name", sorted(SETS.keys() - {"unread"}))
def test_a_misfit_is_never_clearly_relevant(using, name):
    misfits = [j.proposal for j in SETS[name] if not j.fits]

    for found in score(misfits, using=using):
        assert {c.band.label for c in found.challenges} <= {"not_shown", "possible"}


def test_figures_of_a_perfect_and_of_a_turned_ranking(region):
    fit, misfit = (builders.proposal(region, external_id=name) for name in ("fit", "misfit"))
    judged = [Judged(fit, {1: 2}, frozenset({"mobiliteit"})), Judged(misfit, {}, frozenset())]
    perfect = [[j.relevance.get(c.number, 0) for c in region.challenges] for j in judged]
    services = [[int(s.slug in j.services) for s in region.service_types] for j in judged]

    right = figures(judged, call=region, challenges=perfect, services=services)
    wrong = figures(judged, call=region, challenges=perfect[::-1], services=services[::-1])

    assert set(vars(right).values()) == {1.0}
    assert wrong.auc == 0
    assert wrong.challenges_map == 0.5


def test_the_table_names_every_figure_and_demand(using):
    heading, *rows = lines(table(SETS["samples"], using=using))

    assert heading.split() == ["challenges", "nDCG", "MAP", "services", "nDCG", "MAP", "AUC"]
    assert [row[:24].strip() for row in rows] == [
        "engine",
        "character 4-6-grams",
        "words",
        "demanded",
        "times character grams",
    ]


def test_a_proposal_without_a_judgement_is_named(region, tmp_path):
    relevance = tmp_path / "relevance.json"
    relevance.write_text(json.dumps({"demo-k01": {"challenges": []}}), encoding="utf-8")

    with pytest.raises(builders.Unjudged, match="demo-k01: expected"):
        builders.judged_files(region, builders.HERE / "samples.json", relevance)
