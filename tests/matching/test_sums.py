from math import prod

import pytest
from django.utils import translation

from matching import actions, presentation, words
from matching.engine import score
from matching.models import Weights
from matching.sums import Working
from submissions import document
from tests.factories import filed_proposal

from .scenes import bikes, talk

pytestmark = pytest.mark.django_db


def everything(call):
    """Ticks every challenge and says something about a few."""
    return filed_proposal(
        call=call,
        answers={
            "challenges": [{"number": c.number, "how": "Dat doen wij."} for c in call.challenges.all()],
            "service_types": [
                {"slug": "mobiliteit", "how": "Wij leren ouders fietsen.", "clients_per_year": 5},
                {
                    "slug": "kinderopvang",
                    "how": "Een oppas aan huis voor alleenstaande ouders.",
                    "clients_per_year": 3,
                },
            ],
            "municipalities": ["Gooik"],
            "approach": "Onze buddy gaat aan huis bij alleenstaande mama's en blijft komen, ook 's avonds. "
            "Wij zoeken jongeren op straat op en gaan mee naar de jeugdhulp.",
        },
    )


def workings(run):
    for scored in run.scored.all():
        content = document.content_in(scored.version.document)
        yield from (Working(match, content) for match in scored.matches.all())


def test_the_steps_of_every_part_lead_to_what_the_run_stored(pajotarl):
    bikes(pajotarl), talk(pajotarl), everything(pajotarl)
    Weights.objects.create(call=pajotarl, municipalities_alike=True)

    run = actions.run_matching(call=pajotarl)

    worked = list(workings(run))
    assert len(worked) == 15
    for working in worked:
        stored = {signal: part["value"] for signal, part in working.parts.items()}
        assert {part.signal: part.value for part in working.sums()} == pytest.approx(stored, abs=2e-6)


def test_steps_name_what_somebody_needs_to_work_them_out(pajotarl):
    bikes(pajotarl)
    run = actions.run_matching(call=pajotarl)
    [working] = [each for each in workings(run) if each.match.challenge.number == 3]

    steps = {part.signal: part.steps for part in working.sums()}

    service, *_rest = steps["services"]
    assert service.startswith("Mobiliteit op maat: 3 × 0,")
    assert steps["municipalities"][:2] == ("Gooik 9.189, Lennik 9.096", "18.285 van 94.960 inwoners = 0,193.")
    assert {row["name"] for row in working.supports()} >= {"Mobiliteit op maat"}


def test_trust_is_told_factor_by_factor(pajotarl):
    filed_proposal(
        call=pajotarl,
        answers={
            "approach": "Vraag onze prijslijst of een offerte. Ooit dromen wij van een buddy. "
            "Verbinding is een hefboom."
        },
    )
    [*_others, working] = workings(actions.run_matching(call=pajotarl))

    trust = working.reading.trust
    tangible, helping, against, wished, product = working.trust_steps()

    assert f"met minder: {trust.vague}. ({trust.tangible} + 1) / (0,9 × " in tangible
    assert helping.startswith(f"Woorden over helpen: samen {words.number(trust.helping, 2)}. 0,4 + 0,6 × ")
    assert "prijslijst" in against and "offerte" in against
    assert f"{trust.wished} van {trust.sentences}" in wished
    factors, value = product.split(" = ")
    assert value == words.number(trust.value, 3)
    told = [float(factor.replace(",", ".")) for factor in factors.split(" × ")]
    assert prod(told) == pytest.approx(trust.value, abs=0.002)


def test_a_text_that_is_read_otherwise_now_still_shows_what_the_run_stored(pajotarl):
    bikes(pajotarl)
    run = actions.run_matching(call=pajotarl)
    match = run.scored.get().matches.get(challenge__number=3)
    for part in match.parts:
        part["value"] += 0.01 if part["signal"] == "principles" else 0
    match.save()

    [working] = [each for each in workings(run) if each.match == match]

    stored = {signal: part["value"] for signal, part in working.parts.items()}
    assert {part.signal: part.value for part in working.sums()} == pytest.approx(stored, abs=2e-6)
    assert working.supports() == []
    assert working.about() == {}


def test_the_published_formulas_have_the_numbers_that_score():
    with translation.override("en"):
        told = {signal: str(formula) for signal, formula in words.FORMULAS.items()}

    assert f"÷ {score.SHOWN_AT}" in told["chosen"]
    assert f"÷ {score.FULL_SERVICES}" in told["services"]
    assert f"{score.GROUPS_SHARE} × support for the people" in told["text"]
    assert f"{score.ONE_NEED} × need ÷ {score.HIGHEST_NEED}" in told["text"]
    assert f"÷ {score.FULL_PRINCIPLES}" in told["principles"]


def test_a_sentence_says_what_it_was_read_to_be_about(pajotarl):
    bikes(pajotarl)
    match = actions.run_matching(call=pajotarl).scored.get().matches.get(challenge__number=3)

    told = presentation.explanation(match)["quotes"]

    assert "Mobiliteit op maat" in {name for quote in told for name in quote.about}
